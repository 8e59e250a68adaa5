use super::NocCode;

/// A unit group of the National Occupational Classification 2021, Version 1.0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occupation {
    /// Its code.
    pub code: NocCode,
    /// Title in English.
    pub title: String,
    /// Title in French.
    pub title_fr: String,
    /// Whether the Federal Skilled Trades Program takes it as a skilled trade (IRPR s. 87.2(1)).
    pub skilled_trade: bool,
}
