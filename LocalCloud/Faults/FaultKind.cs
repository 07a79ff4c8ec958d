namespace ReelBallers.LocalCloud.Faults;

internal enum FaultKind
{
    /// <summary>An error status without the effect.</summary>
    Status,

    /// <summary>The effect and its response, delayed.</summary>
    Delay,

    /// <summary>The connection closes without the effect.</summary>
    Cut,

    /// <summary>The effect, then the connection closes without a response.</summary>
    CutAfterEffect,

    /// <summary>The effect, then an error status instead of its response, as of a proxy that gave up waiting.</summary>
    StatusAfterEffect,

    /// <summary>The effect at once, and its response delayed.</summary>
    DelayAfterEffect,

    /// <summary>An event that is never delivered, as if its retries were exhausted.</summary>
    DropWebhook,

    /// <summary>An event that is delivered twice.</summary>
    DoubleWebhook,

    /// <summary>An event whose first delivery is delayed.</summary>
    DelayWebhook,

    /// <summary>An event that is delivered after the one that follows it.</summary>
    ReorderWebhook,

    /// <summary>A finished job whose result is lost.</summary>
    ForgetResult,

    /// <summary>A worker that crashes during its job.</summary>
    CrashWorker,

    /// <summary>A worker that takes its job and never finishes it.</summary>
    StallWorker,

    /// <summary>A worker whose GPU has too little memory for its job.</summary>
    OutOfMemory,

    /// <summary>COMPLETED without a file.</summary>
    NoOutput,

    /// <summary>COMPLETED, with a file of no bytes.</summary>
    EmptyOutput,

    /// <summary>COMPLETED, with a file that is no video.</summary>
    WrongOutput,

    /// <summary>A progress update that arrives after the final status.</summary>
    LateProgress,

    /// <summary>An ID token with another nonce.</summary>
    WrongNonce,

    /// <summary>An ID token that names another issuer.</summary>
    WrongIssuer,

    /// <summary>An ID token for another client.</summary>
    WrongAudience,

    /// <summary>An ID token whose address is not verified.</summary>
    UnverifiedEmail,

    /// <summary>An ID token that has ended an hour ago.</summary>
    ExpiredToken,

    /// <summary>An ID token without the address, which only the UserInfo endpoint tells.</summary>
    ClaimsInUserinfo,
}
