//! From the units of an axis to pixels.

/// A straight-line scale.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    from: f64,
    per_unit: f64,
    start: f64,
    end: f64,
}

impl Scale {
    /// Puts `from` at pixel `start` and `to` at pixel `end`.
    pub(crate) fn new(from: f64, to: f64, start: f64, end: f64) -> Self {
        let extent = if to > from { to - from } else { 1.0 };
        Self { from, per_unit: (end - start) / extent, start, end }
    }

    pub(crate) fn at(&self, value: f64) -> f64 {
        self.start + (value - self.from) * self.per_unit
    }

    /// The pixel of the lowest value.
    pub(crate) fn start(&self) -> f64 {
        self.start
    }

    /// The pixel of the highest value.
    pub(crate) fn end(&self) -> f64 {
        self.end
    }

    /// Pixels for one unit.
    pub(crate) fn unit(&self) -> f64 {
        self.per_unit.abs()
    }
}
