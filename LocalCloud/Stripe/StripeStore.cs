using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>
/// All objects by id, in memory and in the journal. Requests are serialized, so that two payments of one
/// session cannot conflict.
/// </summary>
internal sealed class StripeStore : IDisposable
{
    /// <summary>In a journal line: the object of that id was deleted.</summary>
    public const string Removed = "_removed";

    private static readonly TimeSpan EventsLast = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeysLast = TimeSpan.FromDays(2);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, JsonObject> _documents = [];
    private readonly Dictionary<string, List<string>> _idsByObject = [];
    private readonly SortedSet<(long DueMs, string Id)> _agenda = [];
    private readonly StripeJournal _journal;
    private readonly TimeProvider _time;
    private readonly bool _hasWebhook;
    private readonly decimal _taxPercent;

    public StripeStore(LocalCloudOptions options)
    {
        _time = options.Time;
        _hasWebhook = options.StripeWebhookUrl is not null;
        _taxPercent = options.StripeTaxPercent;
        _journal = StripeJournal.Open(Path.Combine(options.DataDirectory, "stripe"), Apply, Kept);
    }

    /// <summary>Called with the id of each committed event, outside the lock.</summary>
    public Action<string>? EventCommitted { get; set; }

    /// <summary>Runs an operation exclusively, after what is due; its changes are committed unless it throws.</summary>
    public T Run<T>(Func<StripeWork, T> operation)
    {
        List<string> events = [];
        try
        {
            lock (_lock)
            {
                RunDue(events);
                return RunAlone(operation, events);
            }
        }
        finally
        {
            events.ForEach(id => EventCommitted?.Invoke(id));
        }
    }

    public JsonObject? Peek(string id) => _documents.GetValueOrDefault(id);

    /// <summary>The objects of a kind, the newest first. Not to be changed.</summary>
    public IEnumerable<JsonObject> PeekAll(string kind)
    {
        var ids = _idsByObject.GetValueOrDefault(kind) ?? [];
        for (var at = ids.Count - 1; at >= 0; at--)
        {
            if (_documents.TryGetValue(ids[at], out var document))
            {
                yield return document;
            }
        }
    }

    public void Dispose() => _journal.Dispose();

    private void RunDue(List<string> events)
    {
        while (_agenda.Count > 0 && _agenda.Min.DueMs <= _time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            var id = _agenda.Min.Id;
            RunAlone(
                work =>
                {
                    var task = work.Find(id)!;
                    work.Remove(task);
                    ScheduledTasks.Do(work, task);
                    return true;
                },
                events);
        }
    }

    private T RunAlone<T>(Func<StripeWork, T> operation, List<string> events)
    {
        var work = new StripeWork(this, _time.GetUtcNow(), _hasWebhook) { TaxPercent = _taxPercent };
        var result = operation(work);
        if (work.Changes.Count > 0)
        {
            _journal.Append(work.Changes);
            work.Changes.ForEach(Apply);
            events.AddRange(work.Events);
        }

        return result;
    }

    private void Apply(JsonObject change)
    {
        var id = change.Id();
        if (_documents.Remove(id, out var before) && before.Text("object") == ScheduledTasks.Kind)
        {
            _agenda.Remove((before.Number("due_ms"), id));
        }

        if (change.ContainsKey(Removed))
        {
            if (before is not null && _idsByObject.TryGetValue(before.Text("object")!, out var listed))
            {
                listed.Remove(id);
            }

            return;
        }

        _documents[id] = change;
        var kind = change.Text("object")!;
        if (kind == ScheduledTasks.Kind)
        {
            _agenda.Add((change.Number("due_ms"), id));
        }
        else if (before is null)
        {
            (_idsByObject.TryGetValue(kind, out var ids) ? ids : _idsByObject[kind] = []).Add(id);
        }
    }

    private IEnumerable<JsonObject> Kept()
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        foreach (var forgotten in _documents.Values.Where(document => IsForgotten(document, now)).ToList())
        {
            _documents.Remove(forgotten.Id());
            _idsByObject[forgotten.Text("object")!].Remove(forgotten.Id());
        }

        var listed = _idsByObject.Values.SelectMany(ids => ids).Where(_documents.ContainsKey).Select(id => _documents[id]);
        return listed.Concat(_agenda.Select(task => _documents[task.Id]));
    }

    private static bool IsForgotten(JsonObject document, long now) => document.Text("object") switch
    {
        "event" => document.Number("created") < now - (long)EventsLast.TotalSeconds,
        StripeIdempotency.Kind => document.Number("created") < now - (long)KeysLast.TotalSeconds,
        _ => false,
    };
}
