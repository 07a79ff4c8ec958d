namespace ReelBallers.AppHost;

/// <summary>How long to wait before the next start: 0.2 s, doubling to 10 s, and from the beginning after a run of 30 s.</summary>
internal sealed class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongRun = TimeSpan.FromSeconds(30);
    private TimeSpan _next = First;

    public TimeSpan After(TimeSpan run)
    {
        var delay = run >= LongRun ? First : _next;
        _next = delay * 2 < Longest ? delay * 2 : Longest;
        return delay;
    }
}
