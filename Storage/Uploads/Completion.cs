namespace ReelBallers.Storage;

/// <summary>The result of completing an upload.</summary>
internal enum CompletionCode
{
    Completed,

    /// <summary>No such upload, or another user's.</summary>
    NotFound,

    /// <summary>It is gone, or being removed.</summary>
    Expired,

    /// <summary>The parts do not match this upload.</summary>
    InvalidParts,

    /// <summary>The object, or some part of it, is not in R2 yet.</summary>
    Incomplete,

    /// <summary>The object differs from the declaration and was removed.</summary>
    Mismatch,

    /// <summary>The object is not a video that can be worked on and was removed.</summary>
    NotAVideo,

    /// <summary>The video is longer than allowed and was removed.</summary>
    TooLong,
}

/// <summary>The result, with the upload when it is completed, and the reason when the video is not accepted.</summary>
internal readonly record struct Completion(CompletionCode Code, Upload? Upload = null, string? Reason = null);
