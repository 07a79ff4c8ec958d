namespace ReelBallers.Storage;

/// <summary>A job that needs an upload: it is neither removed nor deleted by its user before that time.</summary>
internal sealed class FileUse
{
    public required Guid UserId { get; init; }

    public required Guid UploadId { get; init; }

    public required Guid JobId { get; init; }

    public required DateTimeOffset Until { get; init; }
}
