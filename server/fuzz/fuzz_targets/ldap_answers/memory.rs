//! How much memory a question takes at its worst.

use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// What a question takes whatever is answered: buffers, and the runtime.
const BASE: usize = 256 * 1024;
/// A value of no bytes takes two bytes on the wire and 24 in memory, and lists grow by doubling, while their old half is
/// still there.
const TIMES: usize = 64;

/// Works, and checks that it took no more memory than goes with what was sent.
pub fn within(sent: &[u8], work: impl FnOnce()) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    work();
    let most = MEMORY.peak_usage().saturating_sub(before);
    assert!(most <= BASE + TIMES * sent.len(), "{most} bytes for an answer of {}", sent.len());
}
