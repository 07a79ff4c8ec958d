namespace ReelBallers.LocalCloud.Faults;

internal enum FaultKind
{
    /// <summary>An error status instead of the effect.</summary>
    Status,

    /// <summary>The effect and its answer, late.</summary>
    Delay,

    /// <summary>The connection closes and nothing was done.</summary>
    Cut,

    /// <summary>The effect, then the connection closes without an answer.</summary>
    CutAfterEffect,

    /// <summary>An event that is never delivered, as if its retries had run out.</summary>
    DropWebhook,

    /// <summary>An event that is delivered twice.</summary>
    DoubleWebhook,

    /// <summary>An event whose first delivery comes late.</summary>
    DelayWebhook,

    /// <summary>An event that is delivered after the one that follows it.</summary>
    ReorderWebhook,

    /// <summary>A finished job whose result is gone when it is asked for.</summary>
    ForgetResult,

    /// <summary>A worker that dies in the middle of its job.</summary>
    CrashWorker,

    /// <summary>A worker that takes its job and never comes back.</summary>
    StallWorker,

    /// <summary>COMPLETED without a file.</summary>
    NoOutput,

    /// <summary>A progress update that arrives after the final status.</summary>
    LateProgress,
}
