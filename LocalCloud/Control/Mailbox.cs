namespace ReelBallers.LocalCloud.Control;

/// <summary>Keeps the last mails instead of sending them; a restart empties it.</summary>
internal sealed class Mailbox
{
    private const int Kept = 1000;

    private readonly Lock _lock = new();
    private readonly Queue<Mail> _mails = [];

    public void Put(Mail mail)
    {
        lock (_lock)
        {
            _mails.Enqueue(mail);
            if (_mails.Count > Kept)
            {
                _mails.Dequeue();
            }
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
}
