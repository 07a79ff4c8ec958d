using System.Globalization;

namespace ReelBallers.Media;

/// <summary>Frames a second, as ffmpeg writes them: exact where the file says so.</summary>
internal readonly record struct FrameRate(double PerSecond, string Text)
{
    /// <summary>The highest rate of a result. Faster recordings (slow motion, clocks in milliseconds) are thinned out.</summary>
    public const double Highest = 60;

    private const double Rounding = 0.5;

    /// <summary>As a fraction, also where <see cref="Text"/> is a decimal number.</summary>
    public string Fraction => ProbeStream.Ratio(Text) is null ? FormattableString.Invariant($"{PerSecond * 1000:0}/1000") : Text;

    public double FrameSeconds => 1 / PerSecond;

    public bool IsTooHigh => PerSecond > Highest + Rounding;

    /// <summary>What the file says, if its packets agree; otherwise what was counted.</summary>
    public static FrameRate Of(ProbeStream stream, StreamSpan span)
    {
        // Without the last frame: some containers do not say how long it lasts.
        double? counted = span.LastStart > span.Start ? (span.Packets - 1) / (span.LastStart - span.Start) : null;
        return ProbeStream.Ratio(stream.AvgFrameRate) is { } said
            && (counted is not { } own || Math.Abs((said.Above / said.Below) - own) < own * 0.05)
            ? new FrameRate(said.Above / said.Below, FormattableString.Invariant($"{said.Above:0}/{said.Below:0}"))
            : Of(Math.Clamp(counted ?? Highest / 2, 0.1, 1000));
    }

    /// <summary>Whether the file says one that can be believed.</summary>
    public static bool IsSaid(ProbeStream stream) => ProbeStream.Ratio(stream.AvgFrameRate) is not null && !Said(stream).IsTooHigh;

    /// <summary>What the file says; 30 when it says nothing.</summary>
    public static FrameRate Said(ProbeStream stream) => Of(
        ProbeStream.Ratio(stream.AvgFrameRate) is { } said ? Math.Clamp(said.Above / said.Below, 0.1, 1000) : Highest / 2);

    public static FrameRate Of(double perSecond) => new(perSecond, perSecond.ToString("0.###", CultureInfo.InvariantCulture));

    /// <summary>The two fields of an interlaced frame are two moments, each of which becomes a frame.</summary>
    public FrameRate Doubled()
    {
        return ProbeStream.Ratio(Text) is { } ratio
            ? new FrameRate(PerSecond * 2, FormattableString.Invariant($"{ratio.Above * 2:0}/{ratio.Below:0}"))
            : Of(PerSecond * 2);
    }
}
