using System.Text.Json;

namespace ReelBallers.Worker;

/// <summary>A job that RunPod gave to this worker.</summary>
internal sealed record TakenJob(string Id, JsonElement Input)
{
    /// <returns>Null when it is not a job.</returns>
    public static TakenJob? Read(string body)
    {
        try
        {
            var job = JsonSerializer.Deserialize<JsonElement>(body);
            return job.ValueKind == JsonValueKind.Object
                && job.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 } text
                && job.TryGetProperty("input", out var input) && input.ValueKind == JsonValueKind.Object
                ? new TakenJob(text, input)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
