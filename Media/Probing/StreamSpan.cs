namespace ReelBallers.Media;

/// <summary>When a stream's first and last packet begin and when its last one ends, in seconds, and how many are shown.</summary>
internal sealed record StreamSpan(double Start, double LastStart, double End, long Packets)
{
    public double Length => End - Start;
}
