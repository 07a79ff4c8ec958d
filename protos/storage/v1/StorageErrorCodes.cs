namespace ReelBallers.Storage.V1;

/// <summary>The error codes of StorageService, as in the trailer <c>error-code</c>; storage.proto says when each is given.</summary>
public static class StorageErrorCodes
{
    public const string InvalidArgument = "invalid_argument";
    public const string UploadNotFound = "upload_not_found";
    public const string OutputNotFound = "output_not_found";
    public const string StorageUnavailable = "storage_unavailable";
}
