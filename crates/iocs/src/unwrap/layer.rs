//! One wrapper around a link, as [`unwrap`](super::unwrap) names it.

/// Who put a wrapper around a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// A mail gateway, for one recipient: the link inside stands for the wrapper.
    Gateway,
    /// A public redirector, used by the sender of the link: an indicator of its own.
    Redirector,
}

/// What a wrapper holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A link, as it stands in the wrapper once decoded.
    Url(String),
    /// The domain alone, from a wrapper that names no more.
    Domain(String),
}

/// One wrapper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layer {
    /// The service, as people call it: `Proofpoint URLDefense`.
    pub service: &'static str,
    /// Who put it there.
    pub role: Role,
    /// What it holds.
    pub target: Target,
}
