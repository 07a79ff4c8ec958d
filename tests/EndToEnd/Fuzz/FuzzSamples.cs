using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReelBallers.TestKit;

namespace ReelBallers.EndToEnd.Tests;

/// <summary>Requests that are right: what the document asks for, with ids of the attacker's own.</summary>
internal static class FuzzSamples
{
    private static readonly FuzzRole[] Roles = [FuzzRole.Admin, FuzzRole.Support, FuzzRole.Admin, FuzzRole.User];

    public static FuzzCase Create(FuzzWorld world, int number)
    {
        var operation = world.Operations[number % world.Operations.Count];
        var turn = number / world.Operations.Count;
        var role = operation.IsOperators ? Roles[turn % Roles.Length] : FuzzRole.User;
        var actor = role == FuzzRole.User
            ? world.Attackers[turn % world.Attackers.Count]
            : world.Operators.Concerned[turn / Roles.Length % world.Operators.Concerned.Count];
        var sample = new FuzzCase(world, number)
        {
            Operation = operation,
            Actor = actor,
            Role = role,
            Request = new RawRequest(operation.Method, ""),
            Token = role == FuzzRole.Support ? world.Operators.Support.Token
                : role == FuzzRole.Admin ? world.Operators.Admin.Token
                : operation.EndsSession ? world.Expendable[number % world.Expendable.Count].Token
                : actor.User.Token,
        };
        var request = sample.Request;
        request.Target = Path(sample) + Query(sample);
        request.Set("Authorization", $"Bearer {sample.Token}");
        request.Set("X-Note", FuzzWorld.HeaderCanary);
        request.Set("Connection", "close");
        if (operation.Body is { } schema)
        {
            sample.Json = operation.IsStripeWebhook ? StripeEvents.Create(sample)
                : operation.IsResendWebhook ? ResendEvents.Create(sample)
                : operation.IsRunPodWebhook ? RunPodStatus(sample)
                : Value(sample, schema, "");
            request.Set("Content-Type", "application/json");
        }
        // An act of an operator needs one.
        if (operation.Method is "POST" or "PUT" && !operation.IsStripeWebhook && sample.Chance(operation.IsOperators ? 0.95 : 0.3))
        {
            request.Set("Idempotency-Key", $"fuzz-{number}");
        }
        return sample;
    }

    private static string Path(FuzzCase sample)
    {
        var operation = sample.Operation;
        if (sample.Role != FuzzRole.User)
        {
            return OperatorsPath(sample);
        }
        var session = sample.Pick([sample.Actor.OpenSession, sample.Actor.PaidSession]);
        return operation.Path
            .Replace("{session_id}", session, StringComparison.Ordinal)
            .Replace("{card_id}", "pm_none", StringComparison.Ordinal)
            .Replace("{job_id}", sample.Actor.JobId, StringComparison.Ordinal)
            .Replace("{uid}", sample.Pick([sample.Actor.User.Uid, Guid.NewGuid().ToString()]), StringComparison.Ordinal)
            .Replace("{unsubscribe_token}", "unknown", StringComparison.Ordinal)
            .Replace("{payment_id}", sample.Actor.Payment, StringComparison.Ordinal)
            .Replace("{provider}", "local", StringComparison.Ordinal)
            .Replace(
                "{queue}", sample.Pick(["mails", "payment-events", "job-steps", "access-grants", "webhooks", "parked"]),
                StringComparison.Ordinal)
            .Replace("{passkey_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{webhook_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{delivery_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{grant_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{approval_id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{dispute_id}", "dp_none", StringComparison.Ordinal)
            .Replace("{endpoint_id}", "local", StringComparison.Ordinal)
            .Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal)
            .Replace("{key}", Uri.EscapeDataString(sample.Actor.Key), StringComparison.Ordinal);
    }

    // Acts concern the users who are there for them; what is read may be anybody's. One id in ten is unknown.
    private static string OperatorsPath(FuzzCase sample)
    {
        var (path, operators) = (sample.Operation.Path, sample.World.Operators);
        if (path.Contains("{queue}/{id}", StringComparison.Ordinal))
        {
            var queue = sample.Pick(["mails", "payment-events", "job-steps", "access-grants", "webhooks", "alert-posts", "feed-events"]);
            return path.Replace(
                "{queue}/{id}", sample.Chance(0.5) ? operators.Id(sample, "{queue}/{id}") : $"{queue}/{Guid.NewGuid()}",
                StringComparison.Ordinal);
        }
        return string.Join('/', path.Split('/').Select(segment => segment switch
        {
            "{endpoint_id}" => sample.Pick(["local", "local", "local", "unknown"]),
            ['{', ..] when sample.Chance(0.1) => Guid.NewGuid().ToString(),
            "{uid}" when path.EndsWith("/role", StringComparison.Ordinal) => operators.Recruit.Uid,
            "{uid}" when sample.Operation.Method == "GET" => sample.Pick(
                [sample.Actor.User.Uid, sample.World.ForeignIds[3], sample.World.Attackers[0].User.Uid, operators.Recruit.Uid]),
            "{uid}" => sample.Actor.User.Uid,
            ['{', ..] => operators.Id(sample, segment),
            _ => segment,
        }));
    }

    private static string Query(FuzzCase sample)
    {
        var parts = new List<string>();
        foreach (var name in sample.Operation.Query)
        {
            var value = name switch
            {
                "limit" => sample.Pick(["1", "20", "100"]),
                "status" => sample.Pick(["completed", "failed", "queued"]),
                "redirect" => "1",
                "period" => sample.Pick(["day", "month"]),
                "from" => "2026-01-01T00:00:00Z",
                "to" => "2027-01-01T00:00:00Z",
                "at" => "2026-11-01T00:00:00Z",
                "low_balance_cents" => "100",
                "uid" => sample.Actor.User.Uid,
                "email" => "fuzz-1@example.com",
                "job" => sample.Actor.JobId,
                "payment" => sample.Actor.Payment,
                "token" => RunSecrets.CallbackToken(sample.World.CallbackKey, sample.Actor.JobId),
                _ => null,
            };
            if (value is not null && (name == "token" || sample.Chance(0.4)))
            {
                parts.Add($"{name}={value}");
            }
        }
        return parts.Count == 0 ? "" : "?" + string.Join('&', parts);
    }

    private static JsonObject RunPodStatus(FuzzCase sample) => new()
    {
        ["id"] = sample.Pick(["run-1", Guid.Empty.ToString(), sample.Actor.JobId]),
        ["status"] = sample.Pick(["COMPLETED", "FAILED", "IN_PROGRESS", "CANCELLED", "TIMED_OUT"]),
        ["output"] = new JsonObject { ["key"] = sample.Actor.Key },
    };

    private static JsonNode? Value(FuzzCase sample, JsonElement schema, string name)
    {
        if (schema.TryGetProperty("oneOf", out var choices) || schema.TryGetProperty("anyOf", out choices))
        {
            return Value(sample, sample.Pick([.. choices.EnumerateArray()]), name);
        }
        if (schema.TryGetProperty("enum", out var values))
        {
            return JsonSerializer.SerializeToNode(sample.Pick([.. values.EnumerateArray()]));
        }
        if (schema.TryGetProperty("const", out var constant))
        {
            return JsonSerializer.SerializeToNode(constant);
        }
        return Type(schema) switch
        {
            "object" => Object(sample, schema),
            "array" => new JsonArray([.. Enumerable.Range(0, sample.Random.Next(0, 3))
                .Select(_ => Value(sample, schema.GetProperty("items"), name))]),
            "integer" => Integer(sample, name),
            "number" => sample.Random.Next(1, 100),
            "boolean" => sample.Chance(0.5),
            "string" => Text(sample, name),
            _ => null,
        };
    }

    private static string Type(JsonElement schema) => !schema.TryGetProperty("type", out var type)
        ? schema.TryGetProperty("properties", out _) ? "object" : "none"
        : type.ValueKind == JsonValueKind.Array ? type[0].GetString()! : type.GetString()!;

    private static JsonObject Object(FuzzCase sample, JsonElement schema)
    {
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray()
            .Select(name => name.GetString()!).ToHashSet() : [];
        var value = new JsonObject();
        foreach (var member in schema.GetProperty("properties").EnumerateObject())
        {
            // Without any required member (amount or pack) some member must come, and the first is the usual one.
            if (required.Contains(member.Name) || (required.Count == 0 && value.Count == 0) || sample.Chance(0.15))
            {
                value[member.Name] = Value(sample, member.Value, member.Name);
            }
        }
        return value;
    }

    private static JsonNode Integer(FuzzCase sample, string name) => name switch
    {
        "cost_cents" => sample.Random.Next(1, 4),
        "amount_cents" when sample.Role != FuzzRole.User && sample.Chance(0.3) =>
            sample.Pick([-5, -1, 1, FuzzOperators.TwoPersonCents, -FuzzOperators.TwoPersonCents]),
        "amount_cents" => sample.Random.Next(50, 5000),
        "size_bytes" => sample.Random.Next(1, 1_000_000),
        _ => sample.Random.Next(1, 10),
    };

    private static JsonNode Text(FuzzCase sample, string name) => name switch
    {
        "reason" when sample.Operation.IsOperators => OperatorBooks.Reason(sample.Number),
        "freeze_id" when sample.Role != FuzzRole.User => sample.World.Operators.Id(sample, name),
        "into" => sample.ForeignIds[3],
        "url" => $"https://hooks.invalid/{sample.Number}",
        "expires_at" => sample.Pick(["2099-01-01T00:00:00Z", "2099-12-31T23:59:59.9999999+14:00", "9999-12-31T23:59:59Z"]),
        "source_key" or "key" => sample.Actor.Key,
        "job_id" => string.Create(CultureInfo.InvariantCulture, $"fuzz-{sample.World.Seed}-{sample.Number}"),
        "content_type" => "video/mp4",
        "filename" => "clip.mp4",
        "pack" => sample.Pick(["starter", "pro", "access"]),
        "access_username" => "fuzz-1",
        "upscale_model" => "hat-l",
        "color" => "#ff0000",
        "email" => $"fuzz-{sample.Number % 50}@example.com",
        "return_to" => "/",
        _ => $"{name}-{sample.Random.Next(1000)}",
    };
}
