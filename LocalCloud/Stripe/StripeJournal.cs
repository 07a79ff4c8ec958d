using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ReelBallers.LocalCloud.Stripe;

/// <summary>An append-only file: one line holds all changes of one request, so that a kill leaves all of them or none.</summary>
internal sealed class StripeJournal : IDisposable
{
    private readonly FileStream _lock;
    private readonly FileStream _file;

    private StripeJournal(FileStream heldLock, FileStream file)
    {
        _lock = heldLock;
        _file = file;
    }

    /// <summary>Hands over each change of the file, then rewrites the file with what is to be kept.</summary>
    /// <exception cref="IOException">Another process works in the same directory.</exception>
    /// <exception cref="InvalidDataException">A line other than the last cannot be read.</exception>
    public static StripeJournal Open(string directory, Action<JsonObject> apply, Func<IEnumerable<JsonObject>> kept)
    {
        Directory.CreateDirectory(directory);
        var heldLock = new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            var path = Path.Combine(directory, "journal.jsonl");
            if (File.Exists(path))
            {
                Replay(path, apply);
            }

            Compact(path, kept());
            return new StripeJournal(heldLock, new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read));
        }
        catch
        {
            heldLock.Dispose();
            throw;
        }
    }

    /// <summary>Writes the line to the operating system: it survives this process, but not a crash of the machine.</summary>
    public void Append(IEnumerable<JsonObject> changes)
    {
        _file.Write(Line(changes));
        _file.Flush();
    }

    public void Dispose()
    {
        _file.Dispose();
        _lock.Dispose();
    }

    private static void Replay(string path, Action<JsonObject> apply)
    {
        using var reader = new StreamReader(path, Encoding.UTF8);
        for (var lineNumber = 1; reader.ReadLine() is { } line; lineNumber++)
        {
            JsonArray changes;
            try
            {
                changes = JsonNode.Parse(line)!.AsArray();
            }
            catch (JsonException damage)
            {
                // A last line that was truncated by a kill belongs to a request that was never answered.
                if (reader.EndOfStream)
                {
                    return;
                }

                throw new InvalidDataException($"{path} cannot be read at line {lineNumber}; move it away to start empty.", damage);
            }

            foreach (var change in changes)
            {
                apply((JsonObject)change!.DeepClone());
            }
        }
    }

    private static void Compact(string path, IEnumerable<JsonObject> kept)
    {
        var fresh = path + ".new";
        using (var file = new FileStream(fresh, FileMode.Create, FileAccess.Write))
        {
            foreach (var chunk in kept.Chunk(100))
            {
                file.Write(Line(chunk));
            }
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static byte[] Line(IEnumerable<JsonObject> changes) =>
        Encoding.UTF8.GetBytes($"[{string.Join(',', changes.Select(change => change.ToJsonString()))}]\n");
}
