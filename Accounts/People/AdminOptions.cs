using ReelBallers.ServiceDefaults;

namespace ReelBallers.Accounts;

/// <summary>Operators: section <c>Admin</c>.</summary>
internal sealed class AdminOptions : IValidatedOptions
{
    /// <summary>The variable that deployments set as well.</summary>
    public const string EmailVariable = "ADMIN_EMAIL";

    /// <summary>The address that becomes the first admin by signing in; empty: none does.</summary>
    public string Email { get; set; } = "";

    /// <summary>As addresses are compared; null when it is not set.</summary>
    public string? NormalizedEmail => EmailAddress.Normalize(Email);

    public void Validate(OptionsErrors errors)
    {
        if (Email.Length > 0 && NormalizedEmail is null)
        {
            errors.Add(nameof(Email), $"(or {EmailVariable}) is '{Email}'. Set it to an e-mail address.");
        }
    }
}

internal static class AdminOptionsExtensions
{
    /// <summary>Adds <see cref="AdminOptions"/>; <c>ADMIN_EMAIL</c> counts where <c>Admin:Email</c> is not set.</summary>
    public static void AddAdminOptions(this IServiceCollection services)
    {
        services.AddValidatedOptions<AdminOptions>("Admin");
        services.AddOptions<AdminOptions>().PostConfigure<IConfiguration>((options, configuration) =>
        {
            if (options.Email.Length == 0)
            {
                options.Email = configuration[AdminOptions.EmailVariable]?.Trim() ?? "";
            }
        });
    }
}
