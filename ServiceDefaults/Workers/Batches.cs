namespace ReelBallers.ServiceDefaults;

/// <summary>Changes many rows by statements that change a few each, so that none holds locks for long.</summary>
public static class Batches
{
    /// <summary>The limit of one statement.</summary>
    public const int Size = 1000;

    /// <summary>Executes a statement until it changes fewer rows than <see cref="Size"/>.</summary>
    /// <param name="execute">Executes it once, and gives the number of rows that it has changed.</param>
    public static async Task RepeatAsync(Func<Task<int>> execute)
    {
        while (await execute() == Size)
        {
        }
    }
}
