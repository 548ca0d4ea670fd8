//! The properties of a message that are read (MS-OXPROPS), and its code page.

/// The body as plain text (PidTagBody).
pub(super) const BODY: u16 = 0x1000;
/// The body as HTML (PidTagHtml, PidTagBodyHtml).
pub(super) const HTML: u16 = 0x1013;
/// The body as compressed RTF (PidTagRtfCompressed).
pub(super) const RTF: u16 = 0x1009;
/// The headers, as they came (PidTagTransportMessageHeaders).
pub(super) const HEADERS: u16 = 0x007D;
/// The subject (PidTagSubject).
pub(super) const SUBJECT: u16 = 0x0037;
/// The sender's addresses: PidTagSenderSmtpAddress, PidTagSentRepresentingSmtpAddress,
/// PidTagSenderEmailAddress, PidTagSentRepresentingEmailAddress.
pub(super) const OF_SENDERS: [u16; 4] = [0x5D01, 0x5D02, 0x0C1F, 0x0065];
/// A recipient's address (PidTagSmtpAddress).
pub(super) const SMTP_ADDRESS: u16 = 0x39FE;
/// A recipient's address, of any type (PidTagEmailAddress).
pub(super) const ADDRESS: u16 = 0x3003;
/// What is attached (PidTagAttachDataBinary, PidTagAttachDataObject).
pub(super) const ATTACHED: u16 = 0x3701;
/// The file's name (PidTagAttachLongFilename).
pub(super) const LONG_FILE_NAME: u16 = 0x3707;
/// The file's name in eight and three letters (PidTagAttachFilename).
pub(super) const FILE_NAME: u16 = 0x3704;
/// What the attachment is shown as (PidTagDisplayName).
pub(super) const DISPLAY_NAME: u16 = 0x3001;

/// PidTagInternetCodepage and PidTagMessageCodepage, with the type of a whole number.
const CODE_PAGES: [u32; 2] = [0x3FDE_0003, 0x3FFD_0003];

/// The code page that a property stream names (MS-OXMSG, section 2.4): entries of 16 bytes behind a
/// header of 8, 24 or 32.
pub(super) fn code_page(stream: &[u8]) -> Option<u32> {
    let (words, _) = stream.as_chunks::<8>();
    let number = |bytes: &[u8]| bytes.try_into().ok().map(u32::from_le_bytes);
    CODE_PAGES.iter().find_map(|wanted| {
        words.windows(2).find_map(|pair| {
            (number(&pair[0][..4]) == Some(*wanted)).then(|| number(&pair[1][..4]))?
        })
    })
}
