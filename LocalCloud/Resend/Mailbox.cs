namespace ReelBallers.LocalCloud.Resend;

/// <summary>Keeps the last mails instead of sending them; a restart empties it.</summary>
internal sealed class Mailbox(TimeProvider time)
{
    private const int Kept = 1000;

    // Resend's.
    private static readonly TimeSpan KeysKept = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly Queue<Mail> _mails = [];
    private readonly Dictionary<string, (string Request, string MailId, DateTimeOffset At)> _keys = [];

    /// <summary>Takes a mail in and gives its id.</summary>
    public string Put(MailBody mail)
    {
        lock (_lock)
        {
            return Add(mail);
        }
    }

    /// <summary>
    /// As <see cref="Put(MailBody)"/>, once for an idempotency key: a repetition gets the first id, another request with the key null.
    /// </summary>
    public string? Put(MailBody mail, string key, string request)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            foreach (var old in _keys.Where(entry => now - entry.Value.At >= KeysKept).Select(entry => entry.Key).ToList())
            {
                _keys.Remove(old);
            }

            if (_keys.TryGetValue(key, out var first))
            {
                return first.Request == request ? first.MailId : null;
            }

            var id = Add(mail);
            _keys[key] = (request, id, now);
            return id;
        }
    }

    /// <summary>The mails, the oldest first.</summary>
    public IReadOnlyList<Mail> List()
    {
        lock (_lock)
        {
            return [.. _mails];
        }
    }

    private string Add(MailBody mail)
    {
        var id = Guid.NewGuid().ToString();
        _mails.Enqueue(new Mail(
            id, mail.From, mail.To, mail.Subject, mail.Text ?? "", mail.Html ?? "", mail.Headers ?? new Dictionary<string, string>(),
            time.GetUtcNow()));
        if (_mails.Count > Kept)
        {
            _mails.Dequeue();
        }

        return id;
    }
}
