using System.Collections.Concurrent;
using System.Text;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Sends the requests of a fuzz and keeps what it finds.</summary>
internal sealed class FuzzRun(Stack stack, FuzzWorld world, FuzzRules rules, FuzzBooks books)
{
    private const int SlowOneIn = 400;
    private const int ShownPerRule = 2;
    private const int ShownRules = 60;
    private readonly RawClient _client = new(stack.Url);
    private readonly ConcurrentQueue<FuzzFinding> _findings = [];

    public int Answers { get; private set; }

    public bool IsClean => _findings.IsEmpty;

    public async Task SendAllAsync(FuzzSettings settings)
    {
        // Those that take their time do so all at once, beside the others.
        var slow = settings.Numbers.Where(number => settings.Only is null && number % SlowOneIn == 0)
            .Select(number => SendAsync(FuzzRequests.CreateSlow(world, number))).ToList();
        await Parallel.ForEachAsync(
            settings.Numbers, new ParallelOptions { MaxDegreeOfParallelism = FuzzSettings.AtOnce },
            async (number, _) => await SendAsync(FuzzRequests.Create(world, number)));
        await Task.WhenAll(slow);
        Answers = stack.Evidence.Answers.Count;
    }

    /// <summary>The findings by rule and operation, most frequent first, with the first requests of each.</summary>
    public string Report()
    {
        var report = new StringBuilder();
        foreach (var rule in _findings.GroupBy(finding => (finding.Rule, finding.Operation)).OrderByDescending(same => same.Count()).Take(ShownRules))
        {
            report.AppendLine().Append(rule.Count()).Append(" × ").Append(rule.Key.Operation).Append(": ").AppendLine(rule.Key.Rule);
            foreach (var finding in rule.OrderBy(finding => finding.Request.Length).Take(ShownPerRule))
            {
                report.Append("  request ").Append(finding.Number).Append(" (").Append(finding.Tricks).Append(") ").AppendLine(finding.Request);
                report.Append("  answer ").AppendLine(finding.Answer?.ReplaceLineEndings(" | ") ?? "none");
            }
        }
        return report.ToString();
    }

    private Task SendAsync(FuzzCase sent) => sent.SendTwice ? Task.WhenAll(SendOnceAsync(sent), SendOnceAsync(sent)) : SendOnceAsync(sent);

    private async Task SendOnceAsync(FuzzCase sent)
    {
        RawRequest[] requests = [sent.Request, .. sent.Followers];
        try
        {
            var answers = await _client.SendAsync(requests, requests.Length);
            if (answers.Count == 0 && sent.Request.DemandsAnswer)
            {
                Find(sent, "the connection ended without an answer", null);
            }
            for (var index = 0; index < answers.Count; index++)
            {
                Check(sent, requests[index], answers[index]);
            }
        }
        catch (Exception exception) when (exception is TimeoutException or InvalidDataException or FormatException)
        {
            Find(sent, exception.Message, null);
        }
    }

    private void Check(FuzzCase sent, RawRequest request, RawAnswer answer)
    {
        stack.Evidence.Add(request.Method, request.Target, answer);
        books.Note(sent, answer);
        foreach (var violation in rules.Violations(sent, request, answer))
        {
            Find(sent, violation, answer);
        }
    }

    private void Find(FuzzCase sent, string rule, RawAnswer? answer)
    {
        var shown = answer?.Text();
        _findings.Enqueue(new FuzzFinding(
            rule, sent.Operation.ToString(), sent.Number, string.Join(", ", sent.Tricks), sent.Request.Describe(world.Host),
            shown is { Length: > 900 } ? shown[..900] : shown));
    }
}
