//! Whether a candidate is eligible for the programs, by the rules of a day.
