//! A surface of characters for the plotting library to draw on.

use std::{convert::Infallible, fmt::Write};

use plotters::style::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind};

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

/// Characters, row by row, written to a text when they are presented.
pub(super) struct Canvas<'a> {
    width: u32,
    rows: Vec<Vec<char>>,
    text: &'a mut String,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(width: u32, height: u32, text: &'a mut String) -> Self {
        let row = vec![' '; usize::try_from(width).unwrap_or_default()];
        Self { width, rows: vec![row; usize::try_from(height).unwrap_or_default()], text }
    }

    /// Sets a character; what lies outside is cut off.
    fn set(&mut self, (x, y): BackendCoord, character: char) {
        let row = usize::try_from(y).ok().and_then(|y| self.rows.get_mut(y));
        if let Some(cell) = row.zip(usize::try_from(x).ok()).and_then(|(row, x)| row.get_mut(x)) {
            *cell = character;
        }
    }
}

impl DrawingBackend for Canvas<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width, u32::try_from(self.rows.len()).unwrap_or(u32::MAX))
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        self.text.clear();
        for row in &self.rows {
            let line: String = row.iter().collect();
            // Writing to a text can't fail.
            let _ = writeln!(self.text, "{}", line.trim_end());
        }
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Drawn {
        if color.alpha > 0.3 {
            self.set(at, '·');
        }
        Ok(())
    }

    fn draw_line<S: BackendStyle>(&mut self, from: BackendCoord, to: BackendCoord, style: &S) -> Drawn {
        let ((x0, y0), (x1, y1)) = (from, to);
        if x0 == x1 {
            (y0.min(y1)..=y0.max(y1)).for_each(|y| self.set((x0, y), '│'));
            return Ok(());
        }
        if y0 == y1 {
            (x0.min(x1)..=x0.max(x1)).for_each(|x| self.set((x, y0), '─'));
            return Ok(());
        }
        plotters_backend::rasterizer::draw_line(self, from, to, style)
    }

    fn draw_circle<S: BackendStyle>(&mut self, center: BackendCoord, _: u32, _: &S, _: bool) -> Drawn {
        self.set(center, '●');
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        _: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok((u32::try_from(text.chars().count()).unwrap_or(u32::MAX), 1))
    }

    fn draw_text<S: BackendTextStyle>(&mut self, text: &str, style: &S, (x, y): BackendCoord) -> Drawn {
        let width = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
        let x = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Right => x - width,
            HPos::Center => x - width / 2,
        };
        let y = if matches!(style.anchor().v_pos, VPos::Bottom) { y - 1 } else { y };
        for (x, character) in (x.max(0)..).zip(text.chars()) {
            self.set((x, y.max(0)), character);
        }
        Ok(())
    }
}
