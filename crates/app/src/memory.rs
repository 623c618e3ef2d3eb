//! How this process deals with memory that pictures no longer need. It knows no picture: it sets one number of the system's allocator.

/// From this size on a buffer is asked of the system and given back to it, in bytes. A decoded picture is far above it, and what
/// a request, a row or a ledger line needs is far below.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const GIVEN_BACK_FROM: std::ffi::c_int = 1 << 20;

/// Makes glibc give large buffers back as soon as they are dropped. Call it once, before there is a second thread.
///
/// Left to itself, glibc raises this limit to 32 MB as soon as a large buffer has been freed, and from then on keeps those buffers in
/// the arena of the thread that asked for them: the peak of a batch grew with its length (measured in ARCHITECTURE.md, "Speed"). Other
/// systems' allocators are left alone.
pub fn give_back_large_buffers() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: `mallopt` takes two numbers, keeps no pointer, and may be called at any time (mallopt(3)); it answers 0 when it
        // does not take them, and then nothing has changed.
        #[expect(unsafe_code, reason = "there is no other way to reach this setting than the C function")]
        let taken = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, GIVEN_BACK_FROM) };
        if taken == 0 {
            tracing::debug!("the allocator keeps its own limit");
        }
    }
}
