//! The weather, as it always is.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The cities that have a forecast, in alphabetical order.
pub(super) const CITIES: &[&str] = &["Berlin", "Lisbon", "Nairobi", "Osaka", "Reykjavik"];

/// Scale of a temperature.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
pub(super) enum Units {
    #[default]
    Celsius,
    Fahrenheit,
}

/// The forecast for one city.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub(super) struct Forecast {
    /// The city, spelled as in the list of cities.
    pub(super) city: String,
    /// What the sky looks like.
    pub(super) sky: String,
    /// Temperature at noon, in the units given.
    pub(super) temperature: f64,
    /// Scale of the temperature.
    pub(super) units: Units,
    /// Relative humidity, in per cent.
    pub(super) humidity: u8,
}

/// The forecast for a city, whose name is compared without regard to case.
pub(super) fn forecast(city: &str, units: Units) -> Option<Forecast> {
    let city = CITIES
        .iter()
        .find(|known| known.eq_ignore_ascii_case(city))?;
    let (sky, celsius, humidity) = match *city {
        "Berlin" => ("overcast", 11.0, 70),
        "Lisbon" => ("clear", 21.5, 55),
        "Nairobi" => ("scattered clouds", 24.0, 48),
        "Osaka" => ("showers", 18.0, 82),
        _ => ("snow", -1.5, 90),
    };
    let temperature = match units {
        Units::Celsius => celsius,
        Units::Fahrenheit => f64::mul_add(celsius, 1.8, 32.0),
    };
    Some(Forecast {
        city: (*city).to_owned(),
        sky: sky.to_owned(),
        temperature,
        units,
        humidity,
    })
}
