using System.Globalization;

namespace ReelBallers.Worker;

/// <summary>Turns what ffmpeg prints with <c>-progress</c> into percents. The last one is kept for the delivery.</summary>
internal sealed class ProgressMeter(double durationSeconds, Action<int> report)
{
    private int _reported = -1;

    /// <summary>How much has been written.</summary>
    public double Seconds { get; private set; }

    public void Read(string line)
    {
        // Despite its name the value is in microseconds, in every version; before the first frame it is N/A.
        const string Key = "out_time_ms=";
        if (!line.StartsWith(Key, StringComparison.Ordinal)
            || !long.TryParse(line.AsSpan(Key.Length), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var microseconds))
        {
            return;
        }

        Seconds = Math.Max(Seconds, microseconds / 1e6);
        var percent = (int)Math.Clamp(Seconds / durationSeconds * 100, 0, 99);
        if (percent > _reported)
        {
            _reported = percent;
            report(percent);
        }
    }
}
