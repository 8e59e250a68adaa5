use std::fmt;

/// Months of full-time work credited, exactly: a count of the smallest part in which hours, shares of calendar months
/// and whole months can all be told.
///
/// A month is 130 hours at full time (1,560 a year over 12, IRPR s. 73(1)), so a day of `h` hundredths of an hour a week
/// is `h / 91,000` of a month by hours; in its calendar month of `n` days it is `h / 3,000 / n` by shares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct CreditedMonths(u64);

impl CreditedMonths {
    /// One month: the common multiple of 91,000 and of 3,000 × [`Self::SHARES_PER_MONTH`].
    const UNITS: u64 = 14_725_620_000;

    /// Parts of a calendar month in which a day of each length of month is whole: the common multiple of 28 to 31.
    pub const SHARES_PER_MONTH: i64 = 377_580;

    /// Months from hundredths of weekly hours summed over days.
    pub fn from_hours(hundredths_by_days: u64) -> Self {
        Self(hundredths_by_days * (Self::UNITS / 91_000))
    }

    /// Months from hundredths of weekly hours summed over days, were each month as short as 28 days: no measure gives more.
    pub fn most_from_hours(hundredths_by_days: u64) -> Self {
        Self(hundredths_by_days * (Self::UNITS / (3_000 * 28)))
    }

    /// Months from hundredths of weekly hours times shares of a month, summed.
    pub fn from_shares(hundredths_by_shares: u64) -> Self {
        Self(hundredths_by_shares * (Self::UNITS / (3_000 * Self::SHARES_PER_MONTH.unsigned_abs())))
    }

    /// Whole months.
    pub fn from_whole(months: u32) -> Self {
        Self(u64::from(months) * Self::UNITS)
    }

    /// Whole years in the months: a year for every twelve.
    pub fn whole_years(self) -> u32 {
        u32::try_from(self.0 / (12 * Self::UNITS)).unwrap_or(u32::MAX)
    }

    /// The months as the nearest floating-point number, for showing.
    #[allow(clippy::cast_precision_loss, reason = "no span of work in a window comes near 2^53 units")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::UNITS as f64
    }

    /// The months to two places, never rounded up to `required` or past it from below.
    pub fn short_of(self, required: Self) -> String {
        let hundredths = (self.0 * 200 + Self::UNITS) / (2 * Self::UNITS);
        let hundredths = if self < required && hundredths * Self::UNITS >= required.0 * 100 {
            self.0 * 100 / Self::UNITS
        } else {
            hundredths
        };
        let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl fmt::Display for CreditedMonths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short_of(Self(0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_divides_evenly() {
        assert_eq!(CreditedMonths::from_hours(91_000), CreditedMonths::from_whole(1));
        assert_eq!(CreditedMonths::from_shares(3_000 * 377_580), CreditedMonths::from_whole(1));
        assert!([28, 29, 30, 31].iter().all(|n| CreditedMonths::SHARES_PER_MONTH % n == 0));
        assert_eq!(CreditedMonths::UNITS % 91_000, 0);
        assert_eq!(CreditedMonths::most_from_hours(3_000 * 28), CreditedMonths::from_whole(1));
    }

    #[test]
    fn a_shortfall_never_reads_as_reached() {
        let six = CreditedMonths::from_whole(6);
        let hair_less = CreditedMonths(six.0 - 1);
        assert_eq!(hair_less.short_of(six), "5.99");
        assert_eq!(six.short_of(six), "6");
        assert_eq!(CreditedMonths::from_hours(181 * 3_000).short_of(six), "5.97");
        assert_eq!(CreditedMonths::from_hours(184 * 3_000).to_string(), "6.07");
    }
}
