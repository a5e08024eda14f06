// Classes, their tenants, and aliases. The first letter of a class's name is made upper-case wherever
// it stands, and an alias means its class wherever a class is named.
import * as z from 'zod'
import { refuse } from './errors.ts'

const CLASS_NAME = /^[A-Z][_0-9A-Za-z]{0,254}$/
const TENANT_NAME = /^[A-Za-z0-9_-]{1,64}$/

const Property = z.looseObject({
  name: z.string(),
  dataType: z.array(z.string()),
  tokenization: z.string().optional(),
})
export type Property = z.infer<typeof Property>

export const ClassDefinition = z.looseObject({
  class: z.string(),
  properties: z.array(Property).default([]),
  multiTenancyConfig: z
    .looseObject({
      enabled: z.boolean().default(false),
      autoTenantCreation: z.boolean().default(false),
    })
    .prefault({}),
})
export type ClassDefinition = z.infer<typeof ClassDefinition>
export const NewProperty = Property

const Status = z
  .enum(['HOT', 'COLD', 'ACTIVE', 'INACTIVE', 'FROZEN', 'OFFLOADED'])
  .default('ACTIVE')
export const Tenants = z.array(z.looseObject({ name: z.string(), activityStatus: Status }))
export const TenantNames = z.array(z.string())
export const Alias = z.looseObject({ alias: z.string().optional(), class: z.string() })

export interface WeaviateClass {
  definition: ClassDefinition
  /** Its status under each tenant's name. */
  readonly tenants: Map<string, string>
}

export class Schema {
  readonly classes = new Map<string, WeaviateClass>()
  readonly aliases = new Map<string, string>()

  find(name: string): WeaviateClass | undefined {
    const capital = capitalised(name)
    return this.classes.get(this.aliases.get(capital) ?? capital)
  }

  get(name: string): WeaviateClass {
    return this.find(name) ?? refuse(404, `class ${capitalised(name)} not found`)
  }

  create(asked: ClassDefinition): ClassDefinition {
    const name = capitalised(asked.class)
    if (!CLASS_NAME.test(name)) refuse(422, `'${name}' is not a valid class name`)
    if (this.find(name) !== undefined) refuse(422, `class name ${name} already exists`)
    const definition = { vectorizer: 'none', vectorIndexType: 'hnsw', ...asked, class: name }
    for (const property of definition.properties) this.#checkTypes(property, name)
    this.classes.set(name, { definition, tenants: new Map() })
    return definition
  }

  update(name: string, asked: ClassDefinition): ClassDefinition {
    const found = this.get(name)
    found.definition = { ...found.definition, ...asked, class: found.definition.class }
    return found.definition
  }

  addProperty(name: string, property: Property): Property {
    const { definition } = this.get(name)
    this.#checkTypes(property, definition.class)
    if (definition.properties.some((existing) => existing.name === property.name)) {
      refuse(422, `class ${definition.class}: conflict for property "${property.name}"`)
    }
    definition.properties.push(property)
    return property
  }

  addTenants({ tenants }: WeaviateClass, added: z.infer<typeof Tenants>): object[] {
    for (const { name } of added) {
      if (!TENANT_NAME.test(name)) refuse(422, `tenant name '${name}' is not valid`)
    }
    for (const { name, activityStatus } of added) tenants.set(name, activityStatus)
    return added
  }

  aliasOf(name: string): object {
    const alias = capitalised(name)
    const target = this.aliases.get(alias)
    return target === undefined ? refuse(404, `alias ${alias} not found`) : { alias, class: target }
  }

  setAlias(name: string, className: string): object {
    this.aliases.set(capitalised(name), this.get(className).definition.class)
    return this.aliasOf(name)
  }

  #checkTypes({ name, dataType }: Property, own: string): void {
    for (const type of dataType) {
      if (!isReference(type) || type === own || this.find(type) !== undefined) continue
      refuse(422, `property '${name}': data type '${type}' is not a class that exists`)
    }
  }
}

export function capitalised(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** The name of a class, where another data type starts with a small letter. */
export function isReference(dataType: string): boolean {
  return /^[A-Z]/.test(dataType)
}
