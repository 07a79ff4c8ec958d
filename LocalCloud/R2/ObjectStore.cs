using System.Security.Cryptography;
using System.Text;

namespace ReelBallers.LocalCloud.R2;

/// <summary>The objects of a bucket: an index in memory over one record a key on disk. The record is what makes an object exist.</summary>
internal sealed class ObjectStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];
    private readonly string _directory;
    private readonly BucketSettings _settings;
    private readonly TimeProvider _time;

    public ObjectStore(string directory, BlobFiles blobs, BucketSettings settings, TimeProvider time)
    {
        (_directory, Blobs, _settings, _time) = (directory, blobs, settings, time);
        Directory.CreateDirectory(directory);
        foreach (var stored in JsonFiles.ReadAll<StoredObject>(directory))
        {
            _entries[stored.Key] = new Entry(stored);
            _keys.Add(stored.Key);
        }

        _keys.Sort(Utf8Order.Instance);
    }

    public BlobFiles Blobs { get; }

    /// <summary>The files that belong to an object.</summary>
    public IReadOnlySet<string> Files()
    {
        lock (_gate)
        {
            return _entries.Values.SelectMany(entry => entry.Stored.Segments)
                .Select(segment => segment.File).ToHashSet(StringComparer.Ordinal);
        }
    }

    public StoredObject? Find(string key)
    {
        lock (_gate)
        {
            return Visible(key)?.Stored;
        }
    }

    /// <summary>Holds the object's bytes for a reader: a newer object or a delete does not take them away under it.</summary>
    public ObjectLease? Open(string key)
    {
        lock (_gate)
        {
            if (Visible(key) is not { } entry)
            {
                return null;
            }

            entry.Readers++;
            return new ObjectLease(entry.Stored, () => Release(entry));
        }
    }

    /// <summary>Puts an object in place in one step, unless the precondition (asked of what is there now) refuses.</summary>
    public R2Error? Put(StoredObject stored, Func<StoredObject?, R2Error?> precondition)
    {
        lock (_gate)
        {
            if (precondition(Visible(stored.Key)?.Stored) is { } error)
            {
                return error;
            }

            JsonFiles.Write(RecordPath(stored.Key), stored);
            if (_entries.TryGetValue(stored.Key, out var old))
            {
                Retire(old);
            }
            else
            {
                _keys.Insert(~_keys.BinarySearch(stored.Key, Utf8Order.Instance), stored.Key);
            }

            _entries[stored.Key] = new Entry(stored);
            return null;
        }
    }

    public void Delete(string key)
    {
        lock (_gate)
        {
            if (_entries.Remove(key, out var entry))
            {
                File.Delete(RecordPath(key));
                _keys.RemoveAt(_keys.BinarySearch(key, Utf8Order.Instance));
                Retire(entry);
            }
        }
    }

    public void DeleteExpired()
    {
        List<string> expired;
        lock (_gate)
        {
            expired = [.. _keys.Where(key => Visible(key) is null)];
        }

        expired.ForEach(Delete);
    }

    /// <summary>A page of the keys in UTF-8 order, those below a common prefix folded into it.</summary>
    public ObjectPage List(string prefix, string delimiter, ObjectCursor? after, int maxKeys)
    {
        lock (_gate)
        {
            var page = new ObjectPage([], [], null);
            ObjectCursor? last = null;
            for (var at = Start(prefix, after); at < _keys.Count && _keys[at].StartsWith(prefix, StringComparison.Ordinal); at++)
            {
                var key = _keys[at];
                if (Visible(key) is not { } entry || (after is { IsPrefix: true } && key.StartsWith(after.Text, StringComparison.Ordinal)))
                {
                    continue;
                }

                var cut = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
                var cursor = cut < 0 ? new ObjectCursor(key, false) : new ObjectCursor(key[..(cut + delimiter.Length)], true);
                if (cursor.IsPrefix && cursor == last)
                {
                    continue;
                }

                if (page.Objects.Count + page.CommonPrefixes.Count == maxKeys)
                {
                    return page with { Next = last };
                }

                last = cursor;
                if (cursor.IsPrefix)
                {
                    page.CommonPrefixes.Add(cursor.Text);
                }
                else
                {
                    page.Objects.Add(entry.Stored);
                }
            }

            return page;
        }
    }

    private int Start(string prefix, ObjectCursor? after)
    {
        var from = after is not null && Utf8Order.Instance.Compare(after.Text, prefix) > 0 ? after.Text : prefix;
        var index = _keys.BinarySearch(from, Utf8Order.Instance);
        return index < 0 ? ~index : after is { IsPrefix: false } && after.Text == from ? index + 1 : index;
    }

    private Entry? Visible(string key) => _entries.TryGetValue(key, out var entry)
        && !(_settings.Lifecycle.ExpiryOf(entry.Stored)?.At <= _time.GetUtcNow()) ? entry : null;

    private void Retire(Entry entry)
    {
        entry.Retired = true;
        DropIfUnused(entry);
    }

    private void Release(Entry entry)
    {
        lock (_gate)
        {
            entry.Readers--;
            DropIfUnused(entry);
        }
    }

    private void DropIfUnused(Entry entry)
    {
        if (entry is { Retired: true, Readers: 0 })
        {
            foreach (var segment in entry.Stored.Segments)
            {
                Blobs.Delete(segment.File);
            }
        }
    }

    private string RecordPath(string key) =>
        Path.Combine(_directory, SigV4.Hex(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".json");

    private sealed class Entry(StoredObject stored)
    {
        public StoredObject Stored { get; } = stored;

        public int Readers { get; set; }

        public bool Retired { get; set; }
    }
}

/// <summary>An object whose bytes stay until this is disposed.</summary>
internal sealed class ObjectLease(StoredObject stored, Action release) : IDisposable
{
    public StoredObject Stored { get; } = stored;

    public void Dispose() => release();
}

/// <summary>Where a listing goes on: after a key, or after everything below a common prefix.</summary>
internal sealed record ObjectCursor(string Text, bool IsPrefix);

/// <summary>A page of a listing; <c>Next</c> is null on the last one.</summary>
internal sealed record ObjectPage(List<StoredObject> Objects, List<string> CommonPrefixes, ObjectCursor? Next);
