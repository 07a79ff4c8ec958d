using System.Globalization;

namespace ReelBallers.Jobs;

/// <summary>Compares what is asked for with the source, as the worker would, before anything is charged.</summary>
internal sealed class SourceCheck(JobSpecification specification, SourceVideo source)
{
    // Browsers round.
    private const double RoundingPixels = 1;

    private readonly List<(string Field, string Message)> _errors = [];

    /// <returns>What is wrong; empty when the source fits.</returns>
    public static (string Field, string Message)[] Errors(
        JobSpecification specification, SourceVideo source, Pricing pricing, JobsOptions options)
    {
        var check = new SourceCheck(specification, source);
        check.CheckLength(pricing, options);
        check.CheckKeyframes();
        check.CheckTrack();
        return [.. check._errors];
    }

    private void CheckLength(Pricing pricing, JobsOptions options)
    {
        if (pricing.StartedSeconds(source.DurationSeconds) is not { } seconds)
        {
            Reject("source_key", $"is a video that is longer than {pricing.Table.MaxDurationSeconds} s");
        }
        else if (!options.Fits(seconds))
        {
            Reject("source_key", "is a video that is too long to be processed");
        }
    }

    private void CheckKeyframes()
    {
        for (var index = 0; index < specification.Work.CropKeyframes.Count; index++)
        {
            var (_, x, y, width, height) = specification.Work.CropKeyframes[index];
            CheckInside($"crop_keyframes[{index}]", x, y, width, height);
        }
    }

    private void CheckTrack()
    {
        if (specification.Work.Track is not { } track)
        {
            return;
        }
        CheckInside("track", track.X, track.Y, track.Width, track.Height);
        if (track.Time >= (double)source.DurationSeconds)
        {
            Reject(
                "track.time",
                string.Create(CultureInfo.InvariantCulture, $"must be below {source.DurationSeconds}, the end of the video"));
        }
    }

    private void CheckInside(string field, double x, double y, double width, double height)
    {
        if (x + width > source.Width + RoundingPixels || y + height > source.Height + RoundingPixels)
        {
            Reject(field, $"must be inside the picture, which is {source.Width}x{source.Height}");
        }
    }

    private void Reject(string field, string message) => _errors.Add((specification.FieldPrefix + field, message));
}
