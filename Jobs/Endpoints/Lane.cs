namespace ReelBallers.Jobs;

/// <summary>Jobs of one type with one model, which wait for the same endpoints.</summary>
/// <param name="Type">The type.</param>
/// <param name="Model">A name of the catalogue; null without a model.</param>
internal readonly record struct Lane(JobType Type, string? Model)
{
    private const char Separator = '/';

    public static Lane Of(Job job) => new(job.Type, job.Work.UpscaleModel);

    /// <summary>Reads what <see cref="ToString"/> has written.</summary>
    public static Lane Parse(string text)
    {
        var separator = text.IndexOf(Separator, StringComparison.Ordinal);
        return separator < 0
            ? new Lane(JobTypes.Parse(text), null)
            : new Lane(JobTypes.Parse(text[..separator]), text[(separator + 1)..]);
    }

    /// <summary>As it is stored.</summary>
    public override string ToString() => Model is null ? Type.ToWire() : $"{Type.ToWire()}{Separator}{Model}";
}
