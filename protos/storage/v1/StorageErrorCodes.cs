namespace ReelBallers.Storage.V1;

/// <summary>The error codes of StorageService, as in the trailer <c>error-code</c>; storage.proto says when each is given.</summary>
public static class StorageErrorCodes
{
    /// <summary>A field is missing, malformed or out of range.</summary>
    public const string InvalidArgument = "invalid_argument";
    /// <summary>The user has no such completed upload.</summary>
    public const string UploadNotFound = "upload_not_found";
    /// <summary>The object of a completed upload is not the one that was completed.</summary>
    public const string SourceChanged = "source_changed";
    /// <summary>The job's output was there and has been removed.</summary>
    public const string Expired = "expired";
    /// <summary>The job has no output in storage.</summary>
    public const string OutputNotFound = "output_not_found";
    /// <summary>The bucket did not answer; the call can be repeated.</summary>
    public const string StorageUnavailable = "storage_unavailable";
    /// <summary>The database did not answer; the call can be repeated.</summary>
    public const string DatabaseUnavailable = "database_unavailable";
}
