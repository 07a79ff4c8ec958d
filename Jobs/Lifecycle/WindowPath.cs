using ReelBallers.Storage.V1;

namespace ReelBallers.Jobs;

/// <summary>From when to when a subject was not seen, in seconds.</summary>
internal sealed record LostTime(double FromS, double ToS);

/// <summary>The window that followed a subject, and when it had nothing to follow.</summary>
internal sealed record WindowPath(IReadOnlyList<CropKeyframe> Keyframes, IReadOnlyList<LostTime> Lost)
{
    /// <returns>Null when nothing was followed.</returns>
    public static WindowPath? Of(ReadOutputResponse output) => output.CropKeyframes.Count == 0
        ? null
        : new WindowPath(
            [.. output.CropKeyframes.Select(frame => new CropKeyframe(frame.Time, frame.X, frame.Y, frame.Width, frame.Height))],
            [.. output.TrackLost.Select(loss => new LostTime(loss.FromS, loss.ToS))]);
}

/// <summary>The path of a completed job. In a table of its own, since nothing but the job's page needs it.</summary>
internal sealed class JobPath
{
    public required Guid JobId { get; init; }

    public required WindowPath Path { get; init; }
}
