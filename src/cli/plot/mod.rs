//! A picture of cut-offs over time against a candidate's score, on the terminal or as SVG.

mod canvas;

use chrono::{Datelike, NaiveDate};
use plotters::{
    coord::Shift,
    prelude::{ChartBuilder, Circle, DrawingArea, DrawingBackend, IntoDrawingArea, LineSeries, SVGBackend},
    style::{BLUE, Color, RED, WHITE},
};

use canvas::Canvas;

/// Cut-offs and scores, oldest first.
pub(super) struct Picture {
    /// What is drawn.
    pub title: String,
    /// Each draw's day, its cut-off, and the candidate's score where it is known.
    pub draws: Vec<(NaiveDate, i32, Option<i32>)>,
}

/// What the two ways of drawing differ in, in their own units.
struct Measures {
    left: u32,
    bottom: u32,
    margin: i32,
    font: f64,
    stroke: u32,
    /// Dates below the picture at most.
    labels: usize,
}

/// The picture could not be drawn.
#[derive(Debug, thiserror::Error)]
#[error("the picture can't be drawn: {0}")]
pub(super) struct PlotError(String);

impl Picture {
    /// The picture in characters, so many wide and high.
    pub(super) fn text(&self, width: u32, height: u32) -> Result<String, PlotError> {
        let mut text = String::new();
        let measures = Measures { left: 6, bottom: 3, margin: 0, font: 1.0, stroke: 1, labels: 6 };
        self.draw(&Canvas::new(width, height, &mut text).into_drawing_area(), &measures)?;
        Ok(text)
    }

    /// The picture as SVG.
    pub(super) fn svg(&self) -> Result<String, PlotError> {
        let mut text = String::new();
        let measures = Measures { left: 50, bottom: 30, margin: 15, font: 14.0, stroke: 2, labels: 8 };
        let area = SVGBackend::with_string(&mut text, (960, 480)).into_drawing_area();
        area.fill(&WHITE).map_err(failed)?;
        self.draw(&area, &measures)?;
        drop(area);
        Ok(text)
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, measures: &Measures) -> Result<(), PlotError> {
        let points = |draw: &(NaiveDate, i32, Option<i32>)| [Some(draw.1), draw.2];
        let known = || self.draws.iter().flat_map(points).flatten();
        let (Some(low), Some(high)) = (known().min(), known().max()) else { return Ok(()) };
        let days = || self.draws.iter().map(|(day, ..)| day.num_days_from_ce());
        let (Some(first), Some(last)) = (days().min(), days().max()) else { return Ok(()) };
        let font = || ("monospace", measures.font);
        let mut chart = ChartBuilder::on(area)
            .margin(measures.margin)
            .caption(&self.title, font())
            .x_label_area_size(measures.bottom)
            .y_label_area_size(measures.left)
            .build_cartesian_2d(first - 1..last + 1, low / 10 * 10 - 10..high / 10 * 10 + 20)
            .map_err(failed)?;
        let told =
            |day: &i32| NaiveDate::from_num_days_from_ce_opt(*day).map(|day| day.to_string()).unwrap_or_default();
        chart
            .configure_mesh()
            .disable_mesh()
            .x_labels(measures.labels)
            .y_labels(8)
            .x_label_formatter(&told)
            .label_style(font())
            .draw()
            .map_err(failed)?;
        let cut_offs = self.draws.iter().map(|(day, cut_off, _)| (day.num_days_from_ce(), *cut_off));
        let scores = self.draws.iter().filter_map(|(day, _, score)| Some((day.num_days_from_ce(), (*score)?)));
        chart.draw_series(LineSeries::new(scores, RED.stroke_width(measures.stroke))).map_err(failed)?;
        chart.draw_series(cut_offs.map(|point| Circle::new(point, 3, BLUE.filled()))).map_err(failed)?;
        area.present().map_err(failed)
    }
}

fn failed(error: impl std::fmt::Display) -> PlotError {
    PlotError(error.to_string())
}
