//! The schema of a configuration.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::section::File;

/// The JSON Schema (draft 2020-12) of the configuration, made from the types that read it.
pub(crate) fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .into_generator()
        .into_root_schema_for::<File>()
        .to_value()
}
