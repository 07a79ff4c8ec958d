namespace ReelBallers.Worker;

/// <summary>From when to when a subject was not seen, in seconds.</summary>
/// <param name="FromS">When it was last seen.</param>
/// <param name="ToS">When it was seen again, or the end.</param>
public sealed record LostSubject(double FromS, double ToS);

/// <summary>The window that follows a subject, and when it had nothing to follow.</summary>
internal sealed record TrackedPath(IReadOnlyList<CropKeyframe> Keyframes, IReadOnlyList<LostSubject> Lost);
