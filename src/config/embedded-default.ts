/** What stands without a configuration file. It is read like one, so it can hold nothing that a file could not. */
export const embeddedDefault = `
realms:
  default:
    custom_attributes:
      - name: example_attribute
        type: string
`;
