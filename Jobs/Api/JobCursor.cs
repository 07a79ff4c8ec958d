using ReelBallers.ServiceDefaults;

namespace ReelBallers.Jobs;

/// <summary>The last job of a page, as an opaque string.</summary>
internal readonly record struct JobCursor(DateTimeOffset CreatedAt, Guid JobId)
{
    public static bool TryParse(string text, out JobCursor cursor)
    {
        var isCursor = RowCursor.TryRead(text, out var after) && after is not null;
        cursor = after is { } last ? new JobCursor(last.At, last.Id) : default;
        return isCursor;
    }

    public override string ToString() => RowCursor.Of(CreatedAt, JobId);
}
