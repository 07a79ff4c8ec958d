namespace ReelBallers.Wallet;

/// <summary>The rows of a table that a batch has loaded, and those that have changed.</summary>
internal sealed class LoadedRows<TKey, TRow>
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, TRow> _rows = [];
    private readonly Dictionary<TKey, TRow> _changed = [];

    public IReadOnlyCollection<TRow> Changed => _changed.Values;

    /// <summary>The current rows that fit.</summary>
    public TRow[] All(Func<TRow, bool> fits) => [.. _rows.Values.Where(fits)];

    /// <summary>Whether there is a row whose key fits.</summary>
    public bool Any(Func<TKey, bool> fits) => _rows.Keys.Any(fits);

    public TRow? Find(TKey key) => _rows.GetValueOrDefault(key);

    public void Load(TKey key, TRow row) => _rows[key] = row;

    public void Set(TKey key, TRow row, Stack<Action>? undo)
    {
        if (undo is not null)
        {
            var (row1, changed1) = (_rows.GetValueOrDefault(key), _changed.GetValueOrDefault(key));
            undo.Push(() =>
            {
                Restore(_rows, key, row1);
                Restore(_changed, key, changed1);
            });
        }
        _rows[key] = _changed[key] = row;
    }

    private static void Restore(Dictionary<TKey, TRow> rows, TKey key, TRow? row)
    {
        if (row is null)
        {
            rows.Remove(key);
        }
        else
        {
            rows[key] = row;
        }
    }
}
