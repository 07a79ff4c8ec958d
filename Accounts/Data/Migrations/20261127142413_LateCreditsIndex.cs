using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ReelBallers.Accounts.Data.Migrations
{
    /// <inheritdoc />
    public partial class LateCreditsIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateIndex(
                name: "ix_account_deletions_late_cents",
                table: "account_deletions",
                column: "late_cents",
                filter: "late_cents > 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_account_deletions_late_cents",
                table: "account_deletions");
        }
    }
}
