namespace LocalPostgres;

/// <summary>The last lines of a log, for the message of a failure, on their way to whoever listens.</summary>
internal sealed class RecentLines(Action<string>? next)
{
    private const int Kept = 30;
    private readonly Queue<string> lines = new();

    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }
        lock (lines)
        {
            lines.Enqueue(line);
            if (lines.Count > Kept)
            {
                lines.Dequeue();
            }
        }
        next?.Invoke(line);
    }

    public override string ToString()
    {
        lock (lines)
        {
            return string.Join('\n', lines);
        }
    }
}
