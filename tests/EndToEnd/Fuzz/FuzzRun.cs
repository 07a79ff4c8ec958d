using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Sends the requests of a fuzz and keeps what it finds.</summary>
internal sealed class FuzzRun(Stack stack, FuzzWorld world, FuzzRules rules, ExpectedLedger books, OperatorBooks acts)
{
    private const int SlowOneIn = 400;
    private const int ShownPerRule = 3;
    private const int ShownRules = 60;
    private readonly RawClient _client = new(stack.Url);
    private readonly ConcurrentQueue<FuzzFinding> _findings = [];

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
    }

    /// <summary>The findings by rule, the gravest first, with the smallest requests of each.</summary>
    public string Report()
    {
        var report = new StringBuilder();
        var rules = _findings.GroupBy(finding => finding.Rule).OrderBy(Gravity).ThenByDescending(same => same.Count()).Take(ShownRules);
        foreach (var rule in rules)
        {
            report.AppendLine().AppendLine(CultureInfo.InvariantCulture,
                $"{rule.Count()} × {rule.Key}: {Counts(rule.Select(finding => finding.Operation))}");
            report.AppendLine(CultureInfo.InvariantCulture, $"  by {Counts(rule.Select(finding => finding.Tricks))}");
            foreach (var finding in rule.OrderBy(finding => finding.Request.Length).Take(ShownPerRule))
            {
                report.AppendLine(CultureInfo.InvariantCulture, $"  request {finding.Number} ({finding.Tricks}) {finding.Request}");
                report.AppendLine(CultureInfo.InvariantCulture, $"  answer {finding.Answer?.ReplaceLineEndings(" | ") ?? "none"}");
            }
        }
        return report.ToString();
    }

    private static int Gravity(IGrouping<string, FuzzFinding> rule) =>
        rule.Key.StartsWith("tells", StringComparison.Ordinal) || rule.Key.StartsWith("the role", StringComparison.Ordinal) ? 0
        : rule.Key.StartsWith("status 5", StringComparison.Ordinal) ? 1
        : rule.Key.StartsWith("the connection", StringComparison.Ordinal) ? 2
        : 3;

    private static string Counts(IEnumerable<string> names) =>
        string.Join(", ", names.CountBy(name => name).OrderByDescending(name => name.Value).Take(12)
            .Select(name => $"{name.Key} ({name.Value})"));

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
            // One that has gone away may find an answer cut off.
            if (sent.Request.DemandsAnswer)
            {
                Find(sent, exception.Message, null);
            }
        }
    }

    private void Check(FuzzCase sent, RawRequest request, RawAnswer answer)
    {
        stack.Evidence.Add(request.Method, request.Target, answer);
        books.Note(sent, answer);
        var misdeeds = request == sent.Request ? acts.Note(sent, answer) : [];
        foreach (var violation in rules.Violations(sent, request, answer).Concat(misdeeds))
        {
            Find(sent, violation, answer);
        }
    }

    private void Find(FuzzCase sent, string rule, RawAnswer? answer)
    {
        var shown = answer is null ? null : $"{answer.Status} {answer.Body} {(answer with { Body = "" }).Text()}";
        _findings.Enqueue(new FuzzFinding(
            rule, sent.Operation.ToString(), sent.Number, string.Join(", ", sent.Tricks), sent.Request.Describe(world.Host),
            shown is { Length: > 900 } ? shown[..900] : shown));
    }
}
