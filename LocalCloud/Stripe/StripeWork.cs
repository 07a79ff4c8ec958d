using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>The reads and staged changes of one request.</summary>
internal sealed class StripeWork(StripeStore store, DateTimeOffset now, bool hasWebhook)
{
    private readonly Dictionary<string, JsonObject> _staged = [];

    public DateTimeOffset Now => now;

    /// <summary>What Stripe Tax adds.</summary>
    public required decimal TaxPercent { get; init; }

    public long NowSeconds => now.ToUnixTimeSeconds();

    /// <summary>The changes to keep, in the order in which the objects were first put.</summary>
    public List<JsonObject> Changes { get; } = [];

    public List<string> Events { get; } = [];

    /// <summary>The API request to name in events; null when a person or the clock is the cause.</summary>
    public (string Id, string? IdempotencyKey)? Request { get; set; }

    /// <summary>The address under which the caller knows this server; null for the clock.</summary>
    public Uri? Base { get; set; }

    /// <summary>A copy to change; it takes effect once it is put back.</summary>
    public JsonObject? Find(string id)
    {
        if (_staged.TryGetValue(id, out var staged))
        {
            return staged.ContainsKey(StripeStore.Removed) ? null : staged;
        }

        return (JsonObject?)store.Peek(id)?.DeepClone();
    }

    /// <summary>A copy of the object of that id and that kind.</summary>
    public JsonObject? Find(string id, string kind) => Find(id) is { } found && found.Text("object") == kind ? found : null;

    public JsonObject Get(string id) => Find(id) ?? throw new InvalidOperationException($"{id} should exist.");

    /// <summary>The stored objects of a kind, the newest first. Not to be changed.</summary>
    public IEnumerable<JsonObject> PeekAll(string kind) => store.PeekAll(kind);

    public void Put(JsonObject document)
    {
        if (!_staged.TryGetValue(document.Id(), out var before))
        {
            Changes.Add(document);
        }
        else if (!ReferenceEquals(before, document))
        {
            Changes[Changes.IndexOf(before)] = document;
        }

        _staged[document.Id()] = document;
    }

    public void Remove(JsonObject document) => Put(new JsonObject { ["id"] = document.Id(), [StripeStore.Removed] = true });

    /// <summary>Adds an event with the object as it is now.</summary>
    /// <param name="type">The type of the event.</param>
    /// <param name="subject">The object, already changed.</param>
    /// <param name="previous">For <c>*.updated</c>: the changed fields as they were.</param>
    public void Emit(string type, JsonObject subject, JsonObject? previous = null)
    {
        var data = new JsonObject { ["object"] = subject.Shown() };
        if (previous is not null)
        {
            data["previous_attributes"] = previous;
        }

        var document = new JsonObject
        {
            ["id"] = StripeIds.New("evt"),
            ["object"] = "event",
            ["api_version"] = StripeGate.DefaultVersion,
            ["created"] = NowSeconds,
            ["data"] = data,
            ["livemode"] = false,
            ["pending_webhooks"] = hasWebhook ? 1L : 0L,
            ["request"] = new JsonObject { ["id"] = Request?.Id, ["idempotency_key"] = Request?.IdempotencyKey },
            ["type"] = type,
        };
        Put(document);
        Events.Add(document.Id());
    }
}
