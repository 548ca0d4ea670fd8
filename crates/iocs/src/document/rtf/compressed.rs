//! RTF as Outlook compresses it (MS-OXRTFCP).

/// What the dictionary begins with.
const BEGIN: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \
\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\
\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const DICTIONARY: usize = 4096;

/// The RTF; `None` where it is damaged beyond reading. What a cut one holds is given.
pub(in super::super) fn decompress(packed: &[u8]) -> Option<Vec<u8>> {
    let (header, content) = packed.split_at_checked(16)?;
    let length = u32::from_le_bytes(header[4..8].try_into().ok()?) as usize;
    match &header[8..12] {
        b"LZFu" => Some(unpack(content)),
        // Not compressed.
        b"MELA" => Some(content[..content.len().min(length)].to_vec()),
        _ => None,
    }
}

fn unpack(mut content: &[u8]) -> Vec<u8> {
    let mut dictionary = [0; DICTIONARY];
    dictionary[..BEGIN.len()].copy_from_slice(BEGIN);
    let mut at = BEGIN.len();
    let mut out = Vec::with_capacity(content.len() * 3);
    let mut put = |byte: u8, dictionary: &mut [u8; DICTIONARY], at: &mut usize| {
        out.push(byte);
        dictionary[*at] = byte;
        *at = (*at + 1) % DICTIONARY;
    };
    'all: while let Some((&control, behind)) = content.split_first() {
        content = behind;
        for bit in 0..8 {
            if control & 1 << bit == 0 {
                let Some((&byte, behind)) = content.split_first() else { break 'all };
                content = behind;
                put(byte, &mut dictionary, &mut at);
                continue;
            }
            let Some((reference, behind)) = content.split_first_chunk::<2>() else { break 'all };
            content = behind;
            let reference = u16::from_be_bytes(*reference);
            let from = usize::from(reference >> 4);
            // A reference to the place of writing is the end.
            if from == at {
                break 'all;
            }
            for offset in 0..usize::from(reference & 0xF) + 2 {
                put(dictionary[(from + offset) % DICTIONARY], &mut dictionary, &mut at);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of MS-OXRTFCP, section 4.1.1.
    const EXAMPLE: &[u8] = &[
        0x2d, 0x00, 0x00, 0x00, 0x2b, 0x00, 0x00, 0x00, 0x4c, 0x5a, 0x46, 0x75, 0xf1, 0xc5, 0xc7,
        0xa7, 0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a,
        0xf3, 0x20, 0x68, 0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d,
        0x0a, 0x80, 0x0f, 0xa0,
    ];

    #[test]
    fn the_example_of_the_specification_is_unpacked() {
        assert_eq!(BEGIN.len(), 207);
        let want = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
        assert_eq!(decompress(EXAMPLE).as_deref(), Some(&want[..]));
        // A cut one gives its begin.
        assert!(want.starts_with(&decompress(&EXAMPLE[..30]).unwrap()));
    }

    #[test]
    fn what_is_not_compressed_is_taken_as_it_is() {
        let packed = [&[0, 0, 0, 0, 3, 0, 0, 0][..], b"MELA", &[0; 4], b"abcd"].concat();
        assert_eq!(decompress(&packed).as_deref(), Some(&b"abc"[..]));
        assert_eq!(decompress(b"short"), None);
        assert_eq!(decompress(&[1; 20]), None);
    }
}
