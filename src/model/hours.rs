/// Hours of work a week, in hundredths: more than 0 and at most 168.
///
/// More than 30 hours count as 30 (IRPR ss. 73(1), 80(4)); that is the reader's to apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WeeklyHours(u16);

/// The number is not a week's hours.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{0} hours a week is out of range; hours are more than 0 and at most 168")]
pub struct WeeklyHoursError(f64);

impl WeeklyHours {
    /// Full time, 30 hours, in hundredths (IRPR s. 73(1)).
    pub const FULL_TIME: u32 = 3_000;

    /// The hours rounded to the nearest hundredth, halves up, by the exact value of the number.
    ///
    /// # Errors
    /// When `hours` is not a number, not more than 0, or more than 168.
    ///
    /// ```
    /// # use express_entry::model::WeeklyHours;
    /// assert_eq!(WeeklyHours::new(37.125)?.hundredths(), 3713);
    /// assert!(WeeklyHours::new(0.0).is_err());
    /// assert!(WeeklyHours::new(f64::NAN).is_err());
    /// # Ok::<(), express_entry::model::WeeklyHoursError>(())
    /// ```
    pub fn new(hours: f64) -> Result<Self, WeeklyHoursError> {
        if hours.is_nan() || hours <= 0.0 || hours > 168.0 {
            return Err(WeeklyHoursError(hours));
        }
        Ok(Self(nearest_hundredths(hours)))
    }

    /// The hours in hundredths, 0 to 16,800. A few thousandths of an hour round to 0: days worked that earn nothing.
    pub fn hundredths(self) -> u32 {
        self.0.into()
    }
}

/// `hours` in hundredths without the error that a product of floating-point numbers would add.
fn nearest_hundredths(hours: f64) -> u16 {
    let bits = hours.to_bits();
    let exponent = (bits >> 52) & 0x7ff;
    let fraction = bits & ((1 << 52) - 1);
    // hours = mantissa / 2^shift, since hours of at most 168 have more than 40 binary places.
    let (mantissa, shift) =
        if exponent == 0 { (fraction, 1_074) } else { (fraction | 1 << 52, 1_075_u64.saturating_sub(exponent)) };
    if shift > 100 {
        return 0;
    }
    let twice = (u128::from(mantissa) * 200) >> shift;
    u16::try_from(twice.div_ceil(2)).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_round_to_hundredths_halves_up() {
        for (hours, hundredths) in [
            (30.0, 3_000),
            (168.0, 16_800),
            (0.125, 13),
            (0.375, 38),
            (37.5, 3_750),
            (29.994, 2_999),
            (29.996, 3_000),
            (0.004, 0),
            (0.006, 1),
            (f64::MIN_POSITIVE, 0),
            (f64::from_bits(1), 0),
            // The product 1.115 × 100 is above 111.5, the number itself below 1.115.
            (1.115, 111),
        ] {
            assert_eq!(WeeklyHours::new(hours).unwrap().hundredths(), hundredths, "{hours}");
        }
        for hours in [0.0, -0.0, -1.0, 168.000_000_1, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(WeeklyHours::new(hours).is_err(), "{hours}");
        }
    }
}
