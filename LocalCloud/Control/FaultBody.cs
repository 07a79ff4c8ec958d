using System.Text.Json;
using System.Text.RegularExpressions;
using ReelBallers.LocalCloud.Faults;

namespace ReelBallers.LocalCloud.Control;

/// <summary>Reads the body of <c>POST /faults</c> and reports errors by field.</summary>
internal sealed partial class FaultBody
{
    private static readonly string[] Known = ["cloud", "match", "kind", "times", "every", "seed", "status", "delay_ms",
        "retry_after_seconds", "should_retry"];

    private readonly Dictionary<string, string[]> _errors = [];
    private readonly JsonElement _body;

    private FaultBody(JsonElement body) => _body = body;

    /// <returns>The request, or the errors by field.</returns>
    public static async Task<(FaultRequest? Request, Dictionary<string, string[]> Errors)> ReadAsync(
        Stream body, CancellationToken cancellationToken)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken);
            var reader = new FaultBody(document.RootElement);
            var request = reader.Read();
            return (reader._errors.Count == 0 ? request : null, reader._errors);
        }
        catch (JsonException)
        {
            return (null, new Dictionary<string, string[]> { ["body"] = ["is not JSON"] });
        }
    }

    private FaultRequest? Read()
    {
        if (_body.ValueKind != JsonValueKind.Object)
        {
            _errors["body"] = ["must be a JSON object"];
            return null;
        }

        foreach (var field in _body.EnumerateObject().Where(field => !Known.Contains(field.Name)))
        {
            _errors[field.Name] = [$"is not a field of a fault; the fields are {string.Join(", ", Known)}"];
        }

        var cloud = Name("cloud", Enum.GetValues<CloudName>(), FaultKinds.WireName);
        var kind = Name("kind", Enum.GetValues<FaultKind>(), FaultKinds.WireName);
        var match = Match(cloud, kind);
        var request = new FaultRequest(
            cloud ?? default,
            kind ?? default,
            match,
            Number("times", 1, 1_000_000),
            Number("every", 1, 1_000_000),
            Number("seed", int.MinValue, int.MaxValue),
            Number("status", 400, 599),
            Number("delay_ms", 1, 600_000),
            Number("retry_after_seconds", 0, 3600),
            Flag("should_retry"));
        if (cloud is { } c && kind is { } k)
        {
            Require("kind", k.HappensIn(c), $"{k.WireName()} does not happen in {c.WireName()}");
            Require("status", request.Status is null || k.HasStatus(), "belongs to the kinds status and status_after_effect only");
            Require("retry_after_seconds", request.RetryAfterSeconds is null || k == FaultKind.Status, "belongs to the kind status only");
            Require("should_retry", request.ShouldRetry is null
                || (k == FaultKind.Status && c == CloudName.Stripe), "belongs to Stripe's kind status only");
            Require("delay_ms", request.DelayMs is null || k.HasDelay(),
                "belongs to the kinds delay, delay_after_effect and delay_webhook only");
        }

        Require("seed", request.Seed is null || request.Every is not null, "needs every: it draws which one of each so many is struck");
        return request;
    }

    private string Match(CloudName? cloud, FaultKind? kind)
    {
        if (!_body.TryGetProperty("match", out var field))
        {
            return "";
        }

        if (field.ValueKind != JsonValueKind.String)
        {
            _errors["match"] = ["must be a string"];
            return "";
        }

        var match = field.GetString()!;
        if (match.Length > 0 && cloud is not null && kind is { } k)
        {
            // RunPod's callbacks have no event type: like its workers they are matched by the request that created the
            // job, or by its final status.
            var byEvent = k.IsWebhookKind() && cloud == CloudName.Stripe;
            var byEnd = k.IsWebhookKind() && cloud == CloudName.RunPod && match is ("COMPLETED" or "FAILED");
            Require(
                "match",
                byEnd || (byEvent ? EventType() : MethodAndPath()).IsMatch(match),
                byEvent
                    ? "must be an event type, like checkout.session.completed or charge.*"
                    : "must be a method and a path prefix, like POST /v1/refunds");
        }

        return match;
    }

    private T? Name<T>(string field, T[] values, Func<T, string> wireName)
        where T : struct
    {
        var text = _body.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        foreach (var candidate in values)
        {
            if (wireName(candidate) == text)
            {
                return candidate;
            }
        }

        _errors[field] = [$"must be one of {string.Join(", ", values.Select(wireName))}"];
        return null;
    }

    private int? Number(string field, int from, int to)
    {
        if (!_body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        var isInRange = value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= from && number <= to;
        Require(field, isInRange, $"must be an integer from {from} to {to}");
        return isInRange ? value.GetInt32() : null;
    }

    private bool? Flag(string field)
    {
        if (!_body.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
        {
            return null;
        }

        Require(field, value.ValueKind is JsonValueKind.True or JsonValueKind.False, "must be true or false");
        return value.ValueKind == JsonValueKind.True;
    }

    private void Require(string field, bool holds, string message)
    {
        if (!holds)
        {
            _errors.TryAdd(field, [message]);
        }
    }

    [GeneratedRegex(@"^(GET|HEAD|POST|PUT|DELETE|OPTIONS|PATCH) /\S*$")]
    private static partial Regex MethodAndPath();

    [GeneratedRegex(@"^[a-z_]+(\.[a-z_]+)*(\.\*)?$")]
    private static partial Regex EventType();
}
