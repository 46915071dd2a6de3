//! Tools that answer with a picture and with a sound.

use base64::{Engine, prelude::BASE64_STANDARD};
use rmcp::{
    model::{CallToolResult, ContentBlock},
    tool, tool_router,
};

use crate::demo::{document::PICTURE, server::Demo};

/// Samples of one byte in a second of sound.
const RATE: u32 = 8_000;

/// Samples in the sound: a quarter of a second.
const SAMPLES: u32 = RATE / 4;

#[tool_router(router = media_tools, vis = "pub(in crate::demo)")]
impl Demo {
    /// Shows a toll bar, as a PNG of 24 by 24 pixels.
    #[tool(
        title = "Picture",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn picture() -> CallToolResult {
        CallToolResult::success(vec![
            ContentBlock::text("A toll bar by the roadside:"),
            ContentBlock::image(PICTURE, "image/png"),
        ])
    }

    /// Plays the toll keeper's horn, as a WAV of a quarter of a second.
    #[tool(
        title = "Sound",
        annotations(
            read_only_hint = true,
            destructive_hint = false,
            idempotent_hint = true,
            open_world_hint = false
        )
    )]
    fn sound() -> CallToolResult {
        let sound = BASE64_STANDARD.encode(horn());
        CallToolResult::success(vec![ContentBlock::audio(sound, "audio/wav")])
    }
}

/// Two notes of a square wave, 400 Hz and 500 Hz, in a WAV of 8-bit samples.
fn horn() -> Vec<u8> {
    let mut wave = Vec::with_capacity(44 + SAMPLES as usize);
    wave.extend(b"RIFF");
    wave.extend((36 + SAMPLES).to_le_bytes());
    wave.extend(b"WAVEfmt ");
    wave.extend(16_u32.to_le_bytes()); // length of the format that follows
    wave.extend(1_u16.to_le_bytes()); // PCM
    wave.extend(1_u16.to_le_bytes()); // one channel
    wave.extend(RATE.to_le_bytes());
    wave.extend(RATE.to_le_bytes()); // bytes in a second
    wave.extend(1_u16.to_le_bytes()); // bytes in a frame
    wave.extend(8_u16.to_le_bytes()); // bits in a sample
    wave.extend(b"data");
    wave.extend(SAMPLES.to_le_bytes());
    wave.extend((0..SAMPLES).map(|sample| {
        let half_period = if sample < SAMPLES / 2 { 10 } else { 8 };
        if (sample / half_period) % 2 == 0 {
            160
        } else {
            96
        }
    }));
    wave
}
