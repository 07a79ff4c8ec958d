using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>All answers and log lines of a run, and the secrets that the tests put into their requests.</summary>
internal sealed partial class Evidence
{
    [GeneratedRegex("\e\\[[0-9;]*m")]
    private static partial Regex Colors { get; }

    private static readonly string[] Levels = ["warn:", "fail:", "crit:"];

    public ConcurrentQueue<RecordedAnswer> Answers { get; } = [];

    public ConcurrentQueue<string> LogLines { get; } = [];

    public ConcurrentQueue<Secret> Planted { get; } = [];

    /// <summary>Those that the stack itself used; known when it ends.</summary>
    public IReadOnlyList<Secret> Secrets { get; set; } = [];

    /// <summary>The last warnings and errors that the processes logged, with the line that follows each.</summary>
    public string Warnings(int count)
    {
        var lines = LogLines.Select(line => Colors.Replace(line, "")).ToArray();
        var shown = lines.Index()
            .Where(line => Array.Exists(Levels, level => line.Item.Contains(level, StringComparison.Ordinal)))
            .TakeLast(count)
            .Select(line => $"{line.Item} {lines.ElementAtOrDefault(line.Index + 1)}");
        return string.Join('\n', shown);
    }

    public void Add(string method, string target, RawAnswer answer) =>
        Answers.Enqueue(new RecordedAnswer(method, target, (answer with { Body = "" }).Text(), answer.Body));
}
