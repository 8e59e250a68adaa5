#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| express_entry_fuzz::stream_frame(input));
