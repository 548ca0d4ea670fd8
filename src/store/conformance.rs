//! What every store must do: the same tests on each, on a clock that they set.

/// Has each test run on each store.
macro_rules! on_every_store {
    ($($test:ident)*) => {
        mod memory {
            $(#[tokio::test] async fn $test() { super::$test(crate::store::conformance::Subject::memory()).await; })*
        }
        mod sqlite {
            $(#[tokio::test] async fn $test() { super::$test(crate::store::conformance::Subject::sqlite()).await; })*
        }
    };
}

mod answers;
mod ledger;
mod subject;

use self::subject::Subject;
