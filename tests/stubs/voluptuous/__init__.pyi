# Home Assistant answers `import voluptuous` with probatio; the type checker has to as well.
from probatio import (
    ALLOW_EXTRA as ALLOW_EXTRA,
    All as All,
    Any as Any,
    Coerce as Coerce,
    In as In,
    Invalid as Invalid,
    Optional as Optional,
    Range as Range,
    Required as Required,
    Schema as Schema,
)
