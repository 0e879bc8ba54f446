//! Icons of web clips: PNG files within Apple's bounds.

use thiserror::Error;

/// The largest icon in bytes. Apple asks for less than 1 MB.
pub const MAX_ICON_BYTES: usize = 1_000_000;

/// The largest icon in pixels along each side. Source: Apple's description of `Icon`.
pub const MAX_ICON_PIXELS: u32 = 400;

/// Why a file is no icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum IconError {
    /// Another kind of file.
    #[error("is not a PNG image")]
    NotPng,
    /// It begins like a PNG and breaks off.
    #[error("is a damaged PNG image")]
    Damaged,
    /// More than [`MAX_ICON_BYTES`].
    #[error("has more than 1 MB")]
    TooManyBytes,
    /// More than [`MAX_ICON_PIXELS`] along a side.
    #[error("has {width} × {height} pixels, more than {MAX_ICON_PIXELS} × {MAX_ICON_PIXELS}")]
    TooManyPixels {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
}

/// Looks at header, dimensions and the frame of every chunk; the picture itself is not decoded.
///
/// # Errors
///
/// [`IconError`] says why a device would not show it.
pub fn check_icon(icon: &[u8]) -> Result<(), IconError> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    if icon.len() > MAX_ICON_BYTES {
        return Err(IconError::TooManyBytes);
    }
    let mut chunks = icon.strip_prefix(SIGNATURE).ok_or(IconError::NotPng)?;
    let (kind, header) = next_chunk(&mut chunks)?;
    let (Some(&[a, b, c, d, e, f, g, h]), true) = (header.first_chunk::<8>(), kind == b"IHDR") else {
        return Err(IconError::Damaged);
    };
    let (width, height) = (u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h]));
    if width > MAX_ICON_PIXELS || height > MAX_ICON_PIXELS {
        return Err(IconError::TooManyPixels { width, height });
    }
    if width == 0 || height == 0 || header.len() != 13 {
        return Err(IconError::Damaged);
    }
    let mut has_picture = false;
    loop {
        let (kind, _) = next_chunk(&mut chunks)?;
        match kind {
            b"IDAT" => has_picture = true,
            b"IEND" if has_picture && chunks.is_empty() => return Ok(()),
            b"IEND" => return Err(IconError::Damaged),
            _ => {}
        }
    }
}

/// The kind and the content of the next chunk: length, kind, content, checksum.
fn next_chunk<'a>(chunks: &mut &'a [u8]) -> Result<(&'a [u8], &'a [u8]), IconError> {
    let (length, rest) = chunks.split_first_chunk::<4>().ok_or(IconError::Damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| IconError::Damaged)?;
    let (kind, rest) = rest.split_at_checked(4).ok_or(IconError::Damaged)?;
    let (content, rest) = rest.split_at_checked(length).ok_or(IconError::Damaged)?;
    let (_checksum, rest) = rest.split_at_checked(4).ok_or(IconError::Damaged)?;
    *chunks = rest;
    Ok((kind, content))
}
