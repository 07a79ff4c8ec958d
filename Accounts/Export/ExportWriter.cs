using System.Text.Json;

namespace ReelBallers.Accounts;

/// <summary>Writes one JSON object, list by list, without having more of it in memory than an entry.</summary>
internal sealed class ExportWriter(Stream output, JsonSerializerOptions json) : IAsyncDisposable
{
    private const int FlushBytes = 64 * 1024;

    private readonly Utf8JsonWriter _writer = new(output, new JsonWriterOptions { Encoder = json.Encoder, Indented = true });

    public void Begin() => _writer.WriteStartObject();

    /// <summary>A member.</summary>
    public async Task WriteAsync(string name, object? value, CancellationToken cancellationToken)
    {
        _writer.WritePropertyName(name);
        JsonSerializer.Serialize(_writer, value, value?.GetType() ?? typeof(object), json);
        await FlushAsync(cancellationToken);
    }

    /// <summary>A member that is a list.</summary>
    public async Task WriteListAsync<T>(string name, IAsyncEnumerable<T> entries, CancellationToken cancellationToken)
    {
        _writer.WriteStartArray(name);
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            JsonSerializer.Serialize(_writer, entry, json);
            await FlushAsync(cancellationToken);
        }
        _writer.WriteEndArray();
    }

    /// <summary>
    /// Members that are lists, whose entries come as JSON, one list after another. A list without entries is written as well.
    /// </summary>
    public async Task WriteListsAsync(
        IReadOnlyCollection<string> names, IAsyncEnumerable<(string List, string Json)> entries, CancellationToken cancellationToken)
    {
        var missing = names.ToHashSet();
        string? open = null;
        await foreach (var (list, entry) in entries.WithCancellation(cancellationToken))
        {
            if (list != open)
            {
                End();
                if (!missing.Remove(list))
                {
                    throw new InvalidOperationException($"The list {list} is not expected, or comes twice.");
                }
                _writer.WriteStartArray(open = list);
            }
            _writer.WriteRawValue(entry);
            await FlushAsync(cancellationToken);
        }
        End();
        foreach (var name in missing)
        {
            _writer.WriteStartArray(name);
            _writer.WriteEndArray();
        }

        void End()
        {
            if (open is not null)
            {
                _writer.WriteEndArray();
            }
        }
    }

    public async Task EndAsync(CancellationToken cancellationToken)
    {
        _writer.WriteEndObject();
        await _writer.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => _writer.DisposeAsync();

    private async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_writer.BytesPending > FlushBytes)
        {
            await _writer.FlushAsync(cancellationToken);
        }
    }
}
