using System.Collections.Concurrent;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>All answers and log lines of a run, and the secrets that the tests put into their requests.</summary>
internal sealed class Evidence
{
    public ConcurrentQueue<RecordedAnswer> Answers { get; } = [];

    public ConcurrentQueue<string> LogLines { get; } = [];

    public ConcurrentQueue<Secret> Planted { get; } = [];

    /// <summary>Those that the stack itself used; known when it ends.</summary>
    public IReadOnlyList<Secret> Secrets { get; set; } = [];

    public void Add(string method, string target, RawAnswer answer) =>
        Answers.Enqueue(new RecordedAnswer(method, target, (answer with { Body = "" }).Text(), answer.Body));
}
