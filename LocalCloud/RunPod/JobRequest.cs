using System.Text.Json;

namespace ReelBallers.LocalCloud.RunPod;

/// <summary>The body of run and runsync. Unknown fields and <c>s3Config</c> are dropped; this worker delivers by signed URL.</summary>
internal sealed record JobRequest(JsonElement Input, string? Webhook, long ExecutionTimeoutMs, long TtlMs)
{
    private const long WeekMs = 7L * 24 * 60 * 60 * 1000;
    private const long DefaultExecutionTimeoutMs = 600_000;
    private const long DefaultTtlMs = 86_400_000;

    /// <returns>The request, or what is wrong with it.</returns>
    public static (JobRequest? Request, string Error) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            // Half of a surrogate pair is JSON, and cannot be written again.
            JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
            return Read(document.RootElement);
        }
        catch (JsonException)
        {
            return (null, "the body is not JSON");
        }
        catch (InvalidOperationException)
        {
            return (null, "the body holds a string that is not Unicode");
        }
    }

    private static (JobRequest? Request, string Error) Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return (null, "the body must be a JSON object");
        }

        if (!body.TryGetProperty("input", out var input) || input.ValueKind != JsonValueKind.Object)
        {
            return (null, "input is missing or not an object");
        }

        string? webhook = null;
        if (Find(body, "webhook") is { } field)
        {
            webhook = field.ValueKind == JsonValueKind.String ? field.GetString() : null;
            if (!Uri.TryCreate(webhook, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            {
                return (null, "webhook must be an absolute http or https URL");
            }
        }

        var policy = Find(body, "policy");
        if (policy is { ValueKind: not JsonValueKind.Object })
        {
            return (null, "policy must be an object");
        }

        if (Milliseconds(policy, "executionTimeout", DefaultExecutionTimeoutMs, 5_000) is not { } executionTimeout)
        {
            return (null, $"policy.executionTimeout must be an integer from 5000 to {WeekMs}");
        }

        if (Milliseconds(policy, "ttl", DefaultTtlMs, 10_000) is not { } ttl)
        {
            return (null, $"policy.ttl must be an integer from 10000 to {WeekMs}");
        }

        return policy is { } given && Find(given, "lowPriority") is { ValueKind: not (JsonValueKind.True or JsonValueKind.False) }
            ? (null, "policy.lowPriority must be true or false")
            : (new JobRequest(input.Clone(), webhook, executionTimeout, ttl), "");
    }

    private static long? Milliseconds(JsonElement? policy, string name, long otherwise, long from)
    {
        if (policy is not { } given || Find(given, name) is not { } value)
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= from && number <= WeekMs
            ? number : null;
    }

    private static JsonElement? Find(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
